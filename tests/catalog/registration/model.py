"""Registration as one would explain it at the counter: parties of a course, and who gets a place when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from catalog import waking
from catalog.models import CapacityUnit, Person, RegistrationState, Relation
from tests.catalog.search.factories import TOKYO

HELD, CONFIRMED, ENTERED = RegistrationState.HELD, RegistrationState.CONFIRMED, RegistrationState.ENTERED
WAITLISTED, OFFERED = RegistrationState.WAITLISTED, RegistrationState.OFFERED
LOST, CANCELLED, LAPSED = RegistrationState.LOST, RegistrationState.CANCELLED, RegistrationState.LAPSED

ACTIVE, SEATED = {HELD, CONFIRMED, ENTERED, WAITLISTED, OFFERED}, {HELD, CONFIRMED, OFFERED}


@dataclass(kw_only=True)
class Party:
    """A registration. `aside` are those of its people who are in childcare, `until` the end of a hold or an offer."""

    number: int
    owner: int
    session: int | None
    people: dict[int, Relation]
    aside: set[int]
    seats: int
    state: RegistrationState = WAITLISTED
    rank: int = 0
    until: datetime | None = None
    passed_over: datetime | None = None

    @property
    def attending(self) -> dict[int, Relation]:
        return {person: relation for person, relation in self.people.items() if person not in self.aside}

    @property
    def childcare(self) -> int:
        return len(self.aside)

    def become(self, state: RegistrationState, until: datetime | None = None) -> None:
        self.state, self.until = state, until
        if state is not WAITLISTED:
            self.passed_over = None


@dataclass(kw_only=True)
class Room:
    """A course with all parties that ever applied, by number, which is also the order of arrival."""

    unit: CapacityUnit = CapacityUnit.PERSON
    capacity: int
    childcare: int | None = None
    skip_hours: int
    offer_hours: int
    to_draw: bool = False
    parties: dict[int, Party] = field(default_factory=dict)

    def active(self, *states: RegistrationState, session: int | str | None = "any") -> list[Party]:
        """Those in the states (any active one where none is said), in their order."""
        found = [party for party in self.parties.values() if party.state in (states or ACTIVE)]
        return sorted(
            (party for party in found if session in ("any", party.session)), key=lambda one: (one.rank, one.number)
        )

    def seats_for(self, attending: dict[int, Relation]) -> int:
        children = sum(relation is Relation.CHILD for relation in attending.values())
        return max(1, children) if self.unit is CapacityUnit.PAIR and attending else len(attending)

    def taken(self, session: int | None) -> int:
        return sum(party.seats for party in self.active(*SEATED, session=session))

    def fits(self, party: Party, *, more: int | None = None) -> bool:
        """Whether its seats (or so many `more`) are free, and its places in childcare."""
        seats = party.seats if more is None else more
        looked_after = sum(other.childcare for other in self.active(*SEATED))
        return (seats <= 0 or self.taken(party.session) + seats <= self.capacity) and (
            more is not None or self.childcare is None or looked_after + party.childcare <= self.childcare
        )

    def standing(self, session: int | None) -> dict[int, Party]:
        return {person: party for party in self.active(session=session) for person in party.people}

    def expire(self, now: datetime) -> None:
        for party in self.active(HELD, OFFERED):
            if party.until is not None and party.until <= now:
                party.become(LAPSED)

    def settle(self, now: datetime) -> None:
        self.expire(now)
        for session in {party.session for party in self.active(WAITLISTED)}:
            self.offer(session, now)

    def offer(self, session: int | None, now: datetime, *, here: Party | None = None, hold: bool = False) -> None:
        """Gives free places to who waits. Who does not fit is passed over for a while; then places are kept."""
        for party in self.active(WAITLISTED, session=session):
            if self.taken(session) >= self.capacity:
                return
            if self.fits(party):
                if party is here:
                    self.seat(party, now, hold=hold)
                else:
                    party.become(OFFERED, waking.after(now, self.offer_hours, TOKYO))
            elif self.taken(session) + party.seats > self.capacity >= party.seats:
                party.passed_over = party.passed_over or now
                if now - party.passed_over >= timedelta(hours=self.skip_hours):
                    return

    def seat(self, party: Party, now: datetime, *, hold: bool) -> None:
        party.become(HELD if hold else CONFIRMED, now + timedelta(minutes=10) if hold else None)

    def make_sure(self, people: set[int], session: int | None) -> None:
        for person, party in self.standing(session).items():
            if person in people and party.state is HELD:
                party.become(CONFIRMED)

    def admit(self, party: Party, now: datetime, *, hold: bool) -> None:
        """A new party: into the lottery, onto a free place, or behind those who wait."""
        waiting = self.active(WAITLISTED, session=party.session)
        if not hold:
            self.make_sure(set(party.people), party.session)
        if self.to_draw:
            party.become(ENTERED)
        elif not waiting and self.fits(party):
            self.seat(party, now, hold=hold)
        elif waiting:
            party.rank = waiting[-1].rank
        self.parties[party.number] = party
        if waiting and not self.to_draw:
            self.offer(party.session, now, here=party, hold=hold)

    def leave(self, party: Party, person: int, now: datetime) -> None:
        rest = {other: relation for other, relation in party.people.items() if other != person}
        if person not in party.people or party.state not in ACTIVE:
            return
        if not rest.keys() - party.aside:
            party.become(CANCELLED)
        else:
            party.people = rest
            party.aside.discard(person)
            party.seats = min(party.seats, self.seats_for(party.attending))
        self.settle(now)

    def replace(self, party: Party, person: int, instead: Person, now: datetime) -> bool:
        """False, and nothing changed, where the other is in already, or takes more than there is."""
        number = instead.id or 0
        if number in self.standing(party.session):
            return False
        people = {number if one == person else one: relation for one, relation in party.people.items()}
        people[number] = instead.relation
        aside = {number if one == person else one for one in party.aside}
        seats = self.seats_for({one: relation for one, relation in people.items() if one not in aside})
        if party.state in SEATED and not self.fits(party, more=seats - party.seats):
            return False
        party.people, party.aside, party.seats = people, aside, seats
        self.settle(now)
        return True
