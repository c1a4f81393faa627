"""The places, one row each. Adding a regime is adding a row here (and a law, if it is a new one)."""

from dsar.regimes.americas import BR_LGPD, CA_PIPEDA, CCPA, QC_P391, STATES
from dsar.regimes.elsewhere import (
    AU_APP,
    CN_PIPL,
    IN_DPDP,
    JP_APPI,
    KR_PIPA,
    NZ_PRIVACY_ACT,
    SG_PDPA,
    ZA_POPIA,
)
from dsar.regimes.europe import CH_FADP, EU_GDPR, UK_2018, UK_2026, UK_2026_COMPLAINTS
from dsar.regimes.shapes import Place

_EU = (EU_GDPR,)
_UK = (UK_2018, UK_2026, UK_2026_COMPLAINTS)


def _member(code: str, title: str, zone: str, regions: str = "", **region_zones: str) -> Place:
    return Place(
        code=f"EU-{code}",
        title=title,
        zone=f"Europe/{zone}",
        laws=_EU,
        calendar=code,
        regions=tuple(regions.split()),
        region_zones={region.removeprefix("_"): zone for region, zone in region_zones.items()},
    )


_ITALY = """
AG AL AN AO AP AQ AR AT AV BA BG BI BL BN BO BR BS BT BZ CA CB CE CH CL CN CO CR CS CT CZ EN FC FE
FG FI FM FR GE GO GR IM IS KR LC LE LI LO LT LU MB MC ME MI MN MO MS MT NA NO NU OR PA PC PD PE PG PI PN PO PR
PT PU PV PZ RA RC RE RG RI RM RN RO SA SI SO SP SR SS SU SV TA TE TN TO TP TR TS TV UD VA VB VC VE VI VR VT VV
"""

# The calendar `EU` holds what is a holiday in every member state: nothing rolls on a guess (LAW CLK-05).
EUROPE = (
    Place(
        code="EU", title="European Union, state not named", zone="Europe/Brussels", laws=_EU, calendar="EU"
    ),
    _member("AT", "Austria", "Vienna", "1 2 3 4 5 6 7 8 9"),
    _member("BE", "Belgium", "Brussels"),
    _member("BG", "Bulgaria", "Sofia"),
    _member("HR", "Croatia", "Zagreb"),
    _member("CY", "Cyprus", "Nicosia"),
    _member("CZ", "Czechia", "Prague"),
    _member("DK", "Denmark", "Copenhagen"),
    _member("EE", "Estonia", "Tallinn"),
    _member("FI", "Finland", "Helsinki", "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19"),
    _member(
        "FR",
        "France",
        "Paris",
        "57 6AE 971 972 973 974 976 MF",
        _971="America/Guadeloupe",
        _972="America/Martinique",
        _973="America/Cayenne",
        _974="Indian/Reunion",
        _976="Indian/Mayotte",
        MF="America/Marigot",
    ),
    _member("DE", "Germany", "Berlin", "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH"),
    _member("GR", "Greece", "Athens"),
    _member("HU", "Hungary", "Budapest"),
    _member("IE", "Ireland", "Dublin"),
    _member("IT", "Italy", "Rome", _ITALY),
    _member("LV", "Latvia", "Riga"),
    _member("LT", "Lithuania", "Vilnius"),
    _member("LU", "Luxembourg", "Luxembourg"),
    _member("MT", "Malta", "Malta"),
    _member("NL", "Netherlands", "Amsterdam"),
    _member("PL", "Poland", "Warsaw", "02 04 06 08 10 12 14 16 18 20 22 24 26 28 30 32"),
    _member(
        "PT",
        "Portugal",
        "Lisbon",
        "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 20 30",
        _20="Atlantic/Azores",
        _30="Atlantic/Madeira",
    ),
    _member("RO", "Romania", "Bucharest"),
    _member("SK", "Slovakia", "Bratislava"),
    _member("SI", "Slovenia", "Ljubljana"),
    _member(
        "ES",
        "Spain",
        "Madrid",
        "AN AR AS CB CE CL CM CN CT EX GA IB MC MD ML NC PV RI VC",
        CN="Atlantic/Canary",
    ),
    _member("SE", "Sweden", "Stockholm"),
    Place(code="EU-IS", title="Iceland (EEA)", zone="Atlantic/Reykjavik", laws=_EU, calendar="IS"),
    _member("LI", "Liechtenstein (EEA)", "Vaduz"),
    _member("NO", "Norway (EEA)", "Oslo"),
    # The calendar `GB` holds what is a bank holiday in all four nations (LAW CLK-16).
    Place(code="UK", title="United Kingdom, nation not named", zone="Europe/London", laws=_UK, calendar="GB"),
    Place(code="UK-ENG", title="England", zone="Europe/London", laws=_UK, calendar="GB-ENG"),
    Place(code="UK-WLS", title="Wales", zone="Europe/London", laws=_UK, calendar="GB-WLS"),
    Place(code="UK-SCT", title="Scotland", zone="Europe/London", laws=_UK, calendar="GB-SCT"),
    Place(code="UK-NIR", title="Northern Ireland", zone="Europe/London", laws=_UK, calendar="GB-NIR"),
    Place(code="CH", title="Switzerland", zone="Europe/Zurich", laws=(CH_FADP,), calendar="CH"),
)

_STATE_ZONES = {
    "CO": "Denver",
    "IA": "Chicago",
    "IN": "Indiana/Indianapolis",
    "KY": "Kentucky/Louisville",
    "MN": "Chicago",
    "MT": "Denver",
    "NE": "Chicago",
    "OR": "Los_Angeles",
    "TN": "Chicago",
    "TX": "Chicago",
    "UT": "Denver",
}

AMERICAS = (
    Place(code="US-CA", title="California", zone="America/Los_Angeles", laws=(CCPA,), calendar="US"),
    *(
        Place(
            code=f"US-{code}",
            title=law.title,
            zone=f"America/{_STATE_ZONES.get(code, 'New_York')}",
            laws=(law,),
            calendar="US",
        )
        for code, law in STATES.items()
    ),
    Place(code="BR", title="Brazil", zone="America/Sao_Paulo", laws=(BR_LGPD,), calendar="BR"),
    Place(code="CA", title="Canada", zone="America/Toronto", laws=(CA_PIPEDA,), calendar="CA"),
    Place(code="CA-QC", title="Quebec", zone="America/Toronto", laws=(QC_P391,), calendar="CA-QC"),
)

ELSEWHERE = (
    Place(code="AU", title="Australia", zone="Australia/Sydney", laws=(AU_APP,), calendar="AU"),
    Place(code="NZ", title="New Zealand", zone="Pacific/Auckland", laws=(NZ_PRIVACY_ACT,), calendar="NZ"),
    Place(code="SG", title="Singapore", zone="Asia/Singapore", laws=(SG_PDPA,), calendar="SG"),
    Place(code="IN", title="India", zone="Asia/Kolkata", laws=(IN_DPDP,), calendar="IN"),
    Place(code="ZA", title="South Africa", zone="Africa/Johannesburg", laws=(ZA_POPIA,), calendar="ZA"),
    Place(code="JP", title="Japan", zone="Asia/Tokyo", laws=(JP_APPI,), calendar="JP"),
    Place(code="KR", title="South Korea", zone="Asia/Seoul", laws=(KR_PIPA,), calendar="KR"),
    Place(code="CN", title="China", zone="Asia/Shanghai", laws=(CN_PIPL,), calendar="CN"),
)

PLACES = (*EUROPE, *AMERICAS, *ELSEWHERE)
