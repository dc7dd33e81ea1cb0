"""Why a question or request gets no answer, whatever protocol it came by.

QuestionRefused
├── QuestionUnreadable      what was asked cannot be read
├── QuestionUnprocessable   it can be read, and asks for more than is given
├── QuestionUnsupported     it is no question that this service answers
├── NotRegistered           nothing is registered under it here
├── MethodRefused           the method is none of those that read
├── AddressTooLong          the address of the request is too long
├── RateExceeded            too many questions came from one address
├── RequestFaulty           body or parameter of a request lacks its form
├── RequestTooLarge         the body of a request is too large
├── WritesOff               changes are not taken here
├── TokenWrong              the bearer token is missing or another one
└── ListenRefused           the service cannot listen where it was told to
"""

from api.errors import ApiError


class QuestionRefused(ApiError):
    """A public question gets no answer."""

    code = "question"
    template = "{detail}"


class QuestionUnreadable(QuestionRefused):
    """What was asked cannot be read."""

    code = "question-unreadable"
    template = "{text} cannot be read as {kind}: {reason}"


class QuestionUnprocessable(QuestionRefused):
    """It can be read, and asks for more than is given."""

    code = "question-unprocessable"
    template = "{text}: {reason}"


class QuestionUnsupported(QuestionRefused):
    """It is no question that this service answers."""

    code = "question-unsupported"
    template = "{text} is not answered here; {answered}"


class NotRegistered(QuestionRefused):
    """Nothing is registered under it here."""

    code = "not-registered"
    template = "{kind} {text} is not registered here"


class MethodRefused(QuestionRefused):
    """The method is none of those that read."""

    code = "method-refused"
    template = "{method} is not allowed here; use {allowed}"


class AddressTooLong(QuestionRefused):
    """The address of the request is too long."""

    code = "address-too-long"
    template = "the address has {length} characters; at most {limit} are read"


class RateExceeded(QuestionRefused):
    """Too many questions came from one address."""

    code = "rate-exceeded"
    template = "more than {rate} questions a second came from one address; go on in {seconds} s"


class RequestFaulty(QuestionRefused):
    """The body or a parameter of a request does not have the form that it must have."""

    code = "request-faulty"
    template = "{where}: {reason}"


class RequestTooLarge(QuestionRefused):
    """The body of a request is too large."""

    code = "request-too-large"
    template = "the body has more than {limit} bytes"


class WritesOff(QuestionRefused):
    """Changes are not taken here."""

    code = "writes-off"
    template = "changes are taken only by `sogoc serve --allow-writes`, from this machine: {reason}"


class TokenWrong(QuestionRefused):
    """The bearer token is missing, or is not the one of this ledger."""

    code = "token-wrong"
    template = "a change needs the bearer token that `sogoc ledger init` showed: {reason}"


class ListenRefused(QuestionRefused):
    """The service cannot listen where it was told to."""

    code = "listen-refused"
    template = "{address}: {reason}"
