"""One module for each thing to be proved; a proof takes a scale and a number of repetitions and gives a Result."""
