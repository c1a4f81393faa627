"""Public holidays."""

from calendars.public import HolidayCalendars

__all__ = ["HolidayCalendars"]
