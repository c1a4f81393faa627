"""The words every room speaks. Values are public API: they stand in histories, registers and letters."""

from enum import StrEnum


class Right(StrEnum):
    """What a person may ask for (GDPR Arts 7(3), 15-21, 77; Cal. Civ. Code 1798.105-.121)."""

    ACCESS = "access"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    MARKETING_OBJECTION = "marketing_objection"
    WITHDRAW_CONSENT = "withdraw_consent"
    KNOW = "know"  # specific pieces
    KNOW_CATEGORIES = "know_categories"  # no record of them: their kinds, sources, purposes, recipients
    DELETE = "delete"
    CORRECT = "correct"
    OPT_OUT = "opt_out"
    LIMIT = "limit"
    COMPLAINT = "complaint"
    APPEAL = "appeal"


class Category(StrEnum):
    """The kind of personal data a collection holds, as named to the person (Art. 15(1)(b))."""

    IDENTITY = "identity"
    CONTACT = "contact"
    TECHNICAL_USAGE = "technical_usage"
    PROFILE = "profile"
    MARKETING_COMMS = "marketing_comms"
    TRANSACTION = "transaction"
    FINANCIAL = "financial"
    SUPPORT = "support"
    SPECIAL = "special"


class IdentifierKind(StrEnum):
    """What a person can be found by."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    ACCOUNT_ID = "account_id"
    DISTINCT_ID = "distinct_id"
    RECORD_KEY = "record_key"  # a key of one system, meaningless to every other


class Channel(StrEnum):
    """How a request reached the organisation. Any channel counts (Art. 12(2); LAW INT-01)."""

    EMAIL = "email"
    FORM = "form"
    POST = "post"
    PHONE = "phone"
    SOCIAL = "social"
    IN_PERSON = "in_person"
    IMPORT = "import"


class Requester(StrEnum):
    """Who speaks for the data subject."""

    SUBJECT = "subject"
    AGENT = "agent"
    PARENT = "parent"


class Role(StrEnum):
    """What a person of the organisation may do in a case."""

    SUPPORT = "support"
    REVIEWER = "reviewer"  # reads what may concern others, before it is released
    TEAM_LEAD = "team_lead"
    DPO = "dpo"


class Proof(StrEnum):
    """How far identity is proved (Art. 12(6)). Each right and regime asks for one of these, no more."""

    NONE = "none"
    CONTACT_POINT = "contact_point"
    MATCH = "match"
    DOCUMENT = "document"
    AGENT_AUTHORITY = "agent_authority"


class Status(StrEnum):
    """Where a case stands. Shown to staff and searchable."""

    RECEIVED = "received"
    IDENTIFYING = "identifying"
    CONFIRMING = "confirming"
    DISCOVERING = "discovering"
    BY_HAND = "by_hand"
    DECIDING = "deciding"
    GRACE = "grace"
    ANSWERING = "answering"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a right ended."""

    FULFILLED = "fulfilled"
    PARTLY_FULFILLED = "partly_fulfilled"
    OVERRIDDEN = "overridden"  # an objection that compelling grounds override: not complied with
    DISMISSED = "dismissed"  # a complaint or an appeal that was not upheld
    NOTHING_HELD = "nothing_held"
    REFUSED = "refused"
    NOT_IDENTIFIED = "not_identified"
    WITHDRAWN = "withdrawn"
    UNPAID = "unpaid"  # a fee that was asked for never came
    UNCLARIFIED = "unclarified"  # a question that the search needs was never answered


class Found(StrEnum):
    """What one system answered. A case cannot be fulfilled while one is `UNKNOWN` (DESIGN §1.1)."""

    UNKNOWN = "unknown"
    FOUND = "found"
    NOTHING_HELD = "nothing_held"
    AMBIGUOUS = "ambiguous"
    EXEMPT = "exempt"
    DONE = "done"  # what was asked for was done there, without a search
    MANUAL_DONE = "manual_done"
    FAILED_ACCEPTED = "failed_accepted"


class Verb(StrEnum):
    """What a connector may be able to do. The card says which."""

    FIND = "find"
    EXPORT = "export"
    ERASE = "erase"
    RESTRICT = "restrict"
    LIFT = "lift"
    RECTIFY = "rectify"
    SUPPRESS = "suppress"
    VERIFY = "verify"


class LetterKind(StrEnum):
    """The letters we send; each must say what its checklist lists (LAW NTC-01..18)."""

    ACKNOWLEDGEMENT = "acknowledgement"
    IDENTITY_CODE = "identity_code"
    IDENTITY_LOCKED = "identity_locked"
    NOT_IDENTIFIED = "not_identified"
    ACCESS_ANSWER = "access_answer"
    ANSWER_CODE = "answer_code"
    NOTHING_HELD = "nothing_held"
    REFUSAL = "refusal"
    WITHDRAWN = "withdrawn"
    IDENTITY_REQUEST = "identity_request"
    CLARIFICATION = "clarification"
    EXTENSION = "extension"
    PROGRESS = "progress"
    FEE = "fee"
    PARTIAL_ANSWER = "partial_answer"
    PORTABILITY_ANSWER = "portability_answer"
    ERASURE_CONFIRMATION = "erasure_confirmation"
    ERASURE_OUTCOME = "erasure_outcome"
    RECTIFICATION_OUTCOME = "rectification_outcome"
    RESTRICTION_PLACED = "restriction_placed"
    RESTRICTION_ENDING = "restriction_ending"
    OBJECTION_OUTCOME = "objection_outcome"
    STOPPED = "stopped"
    FORWARDED = "forwarded"
    AGENT_AUTHORITY = "agent_authority"
    RECIPIENT_NOTICE = "recipient_notice"
    PROCESSOR_REQUEST = "processor_request"
    COMPLAINT_ACKNOWLEDGEMENT = "complaint_acknowledgement"
    CLOSED_UNANSWERED = "closed_unanswered"
    COMPLAINT_OUTCOME = "complaint_outcome"
    COMPLAINT_PROGRESS = "complaint_progress"
    APPEAL_ACKNOWLEDGEMENT = "appeal_acknowledgement"
    APPEAL_OUTCOME = "appeal_outcome"
