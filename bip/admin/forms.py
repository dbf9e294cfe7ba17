"""Forms of the organisation, its units and its staff."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, IntegerField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from bip.admin.organisation import UnitLine
from bip.admin.people import Decision, Person, Position
from bip.admin.wording import MAY
from bip.auth.countries import countries
from bip.auth.forms import Form, email_field, name_field
from bip.store.lists import Role


class OrganisationForm(Form):
    """What an organisation is called and where it is."""

    name = name_field(
        lazy_gettext("Name of the organisation"), lazy_gettext("Write the name of the organisation.")
    )
    country = SelectField(lazy_gettext("Country"))

    def __init__(self, name: str, country: str) -> None:
        super().__init__(data={"name": name, "country": country})
        self.country.choices = countries()


A_CEILING = lazy_gettext("Write a number from 1 to 500.")


class UnitForm(Form):
    """What a unit is called, and how many participants a caseworker may have."""

    name = name_field(lazy_gettext("Name of the unit"), lazy_gettext("Write the name of the unit."))
    ceiling = IntegerField(
        lazy_gettext("Participants for each caseworker, at most"),
        description=lazy_gettext("Those in work who are kept on count too."),
        default=30,
        validators=[InputRequired(A_CEILING), NumberRange(1, 500, A_CEILING)],
        invalid_value_message=A_CEILING,
    )


def _roles_field() -> SelectMultipleField:
    return SelectMultipleField(
        lazy_gettext("Roles"),
        choices=[SelectChoice(str(role), label) for role, label in MAY.items()],
        validators=[DataRequired(lazy_gettext("Choose at least one role."))],
    )


def _unit_field() -> SelectField:
    return SelectField(
        lazy_gettext("Unit"), description=lazy_gettext("Coordinators see the participants of their unit.")
    )


class PositionForm(Form):
    """What somebody may do and where."""

    roles = _roles_field()
    unit = _unit_field()

    def offer(self, units: Iterable[UnitLine]) -> None:
        """The units that can be chosen."""
        whole = SelectChoice("", _("The whole organisation"))
        self.unit.choices = [whole, *(SelectChoice(str(unit.id), unit.name) for unit in units)]

    def position(self) -> Position:
        """What was chosen."""
        unit_id = UUID(self.unit.data) if self.unit.data else None
        return Position(frozenset(map(Role, self.roles.data)), unit_id)


class InviteForm(PositionForm):
    """Whom to invite, as what."""

    email = email_field()
    roles = _roles_field()
    unit = _unit_field()

    def __init__(self, units: Iterable[UnitLine]) -> None:
        super().__init__()
        self.offer(units)


class PersonForm(PositionForm):
    """What can be changed about a member of staff."""

    name = name_field(lazy_gettext("Name"), lazy_gettext("Write the name."))
    roles = _roles_field()
    unit = _unit_field()
    active = BooleanField(lazy_gettext("May sign in"))

    def __init__(self, person: Person, units: Iterable[UnitLine]) -> None:
        held = sorted(person.roles)
        unit = str(person.unit_id or "")
        super().__init__(data={"name": person.name, "active": person.active, "roles": held, "unit": unit})
        self.offer(units)

    def decision(self) -> Decision:
        """What was decided."""
        return Decision(self.name.data, self.active.data, self.position())
