"""The errors of the gateway, of GraphQL and REST alike: one class for what a program can do about a code."""


class GatewayError(Exception):
    """An error of the gateway. `code` and `reason` are for programs, the message is for people."""

    def __init__(self, message, code, reason, details):
        super().__init__(message)
        self.code = code
        self.reason = reason
        # What else the error says, such as `argument`, `permission` or `retryAfter`.
        self.details = details


class InvalidInput(GatewayError):
    """A value is wrong: the same request will fail again."""


class NotAuthenticated(GatewayError):
    """There is no token, or a bad one, or one that has ended."""


class Forbidden(GatewayError):
    """The caller lacks a permission."""


class NotFound(GatewayError):
    """The run does not exist, or not under this task."""


class Unavailable(GatewayError):
    """Later, the same request may succeed."""


CLASSES = {
    "BAD_REQUEST": InvalidInput,
    "UNPROCESSABLE_ENTITY": InvalidInput,
    "GRAPHQL_VALIDATION_FAILED": InvalidInput,
    "BAD_USER_INPUT": InvalidInput,
    "UNAUTHENTICATED": NotAuthenticated,
    "FORBIDDEN": Forbidden,
    "NOT_FOUND": NotFound,
    "RATE_LIMITED": Unavailable,
    "SERVICE_UNAVAILABLE": Unavailable,
}


def to_error(message, code, reason, details):
    return CLASSES.get(code, GatewayError)(message, code, reason, details)


def explain(error):
    """What to do about an error, by its code and, where that is not enough, its reason."""
    match error:
        case NotAuthenticated(reason="EXPIRED_TOKEN"):
            return "The token has ended: get another one."
        case NotAuthenticated():
            return "The gateway does not accept the token: is its issuer one of AUTH_ISSUERS?"
        # Where the caller has some role on the task, the gateway says which one it takes.
        case Forbidden(details={"requires": {"role": role}, "holds": holds}):
            return f"All runs of the task take the role {role.lower()}; the caller is {holds.lower()}."
        case Forbidden(details={"permission": permission, "resource": resource}):
            return f"The caller lacks the permission {permission} on {resource}: somebody has to grant a role."
        case NotFound():
            return "There is no such run under this task."
        case InvalidInput(reason="MALFORMED_RESOURCE_IDENTIFIER", details={"argument": argument}):
            return f"{argument} is not an id."
        case Unavailable():
            return "The gateway is busy: try again later."
        case _:
            return f"{error.code}: {error}"
