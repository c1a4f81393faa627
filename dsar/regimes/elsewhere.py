"""Australia, New Zealand, Singapore, India, South Africa, Japan, Korea and China, as rows (LAW.md §5)."""

from datetime import date

from dsar.regimes.americas import UNCONFIRMED, days
from dsar.regimes.shapes import Cite, Extension, Law, Rule, Span, Target, Unit

AU_APP = Law(
    id="au.app12",
    title="Privacy Act 1988, Australian Privacy Principle 12",
    valid_from=date(2014, 3, 12),
    request=Rule(cite=Cite("§5 AU", "APP 12.4; OAIC guidance"), first=days(30)),
    to_confirm=("The law says a reasonable period; 30 days is what the OAIC calls normal.",),
)

NZ_PRIVACY_ACT = Law(
    id="nz.privacy",
    title="Privacy Act 2020",
    valid_from=date(2020, 12, 1),
    request=Rule(
        cite=Cite("§5 NZ", "Privacy Act 2020 ss.44, 65"),
        first=Span(20, Unit.WORKING_DAY),
        extension=Extension(cite=Cite("§5 NZ", "Privacy Act 2020 ss.48, 65"), total=None),
        target=Target(weekends_only=True),
    ),
    to_confirm=(
        f"{UNCONFIRMED} that access follows the clock read for correction (s.65).",
        "The Act may count no days between Christmas and mid-January; to be cautious, they are counted here.",
    ),
)

SG_PDPA = Law(
    id="sg.pdpa",
    title="Personal Data Protection Act s.21, Regulations 2021",
    valid_from=date(2014, 7, 2),
    request=Rule(
        cite=Cite("§5 SG", "PDPA s.21; PDP Regulations 2021"),
        first=days(30),
        extension=Extension(cite=Cite("§5 SG", "PDP Regulations 2021"), total=None),
    ),
    notes=("Not possible in 30 days: say so within them, and by when.",),
)

IN_DPDP = Law(
    id="in.dpdp",
    title="Digital Personal Data Protection Act 2023, Rules 2025",
    valid_from=date(2027, 5, 13),
    request=Rule(cite=Cite("§5 IN", "DPDP Act 2023; Rules 2025"), first=None),
    complaint=Rule(cite=Cite("§5 IN", "DPDP Rules 2025"), first=days(90)),
    to_confirm=(
        f"{UNCONFIRMED} at most 90 days for a grievance.",
        "The rules apply 18 months after 13 or 14 November 2025: the earlier day is used.",
    ),
)

ZA_POPIA = Law(
    id="za.popia",
    title="Protection of Personal Information Act s.23, with PAIA",
    valid_from=date(2021, 7, 1),
    request=Rule(
        cite=Cite("§5 ZA", "POPIA s.23; PAIA"),
        first=days(30),
        extension=Extension(cite=Cite("§5 ZA", "PAIA"), total=days(60)),
    ),
    to_confirm=(f"{UNCONFIRMED} PAIA's 30 days and the 30 more.",),
)

JP_APPI = Law(
    id="jp.appi",
    title="Act on the Protection of Personal Information",
    valid_from=date(2022, 4, 1),
    request=Rule(cite=Cite("§5 JP", "APPI"), first=None),
    to_confirm=(f"{UNCONFIRMED} without delay, no number of days.",),
)

KR_PIPA = Law(
    id="kr.pipa",
    title="Personal Information Protection Act",
    valid_from=date(2011, 9, 30),
    request=Rule(cite=Cite("§5 KR", "PIPA"), first=days(10)),
    to_confirm=(f"{UNCONFIRMED} 10 days.",),
)

CN_PIPL = Law(
    id="cn.pipl",
    title="Personal Information Protection Law",
    valid_from=date(2021, 11, 1),
    request=Rule(cite=Cite("§5 CN", "PIPL"), first=None),
    to_confirm=(f"{UNCONFIRMED} in a timely manner, no number of days.",),
)
