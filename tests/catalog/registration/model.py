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
    """A registration. `aside` are those of its people who are in childcare, `until` the end of a hold or an offer.

    `homes` says of whom each of its people came, `friends` who has joined the owner, and when.
    """

    number: int
    owner: int
    homes: dict[int, int]
    friends: dict[int, datetime] = field(default_factory=dict)
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

    def of(self, home: int) -> set[int]:
        return {person for person in self.people if self.homes[person] == home}

    def stay(self, homes: set[int]) -> None:
        """Of its residents only these are left; it belongs to the first who joined, if its owner has gone."""
        self.friends = {friend: joined for friend, joined in self.friends.items() if friend in homes}
        if self.owner not in homes:
            self.owner = min(self.friends, key=lambda friend: (self.friends[friend], friend))
            del self.friends[self.owner]

    def merge(self, keeper: int, joining: int, mine: int, gone: int) -> None:
        """Two residents are one human: one of the two is in it once."""
        self.people = {mine if one == gone else one: relation for one, relation in self.people.items()}
        self.homes = {mine if one == gone else one: home for one, home in self.homes.items()}
        self.homes = {one: keeper if home == joining else home for one, home in self.homes.items()}
        self.owner = keeper if self.owner == joining else self.owner
        if joining in self.friends:
            self.friends.setdefault(keeper, self.friends.pop(joining))
        self.friends.pop(self.owner, None)

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

    def seats_for(self, attending: dict[int, Relation], homes: dict[int, int]) -> int:
        """Pairs are counted in each household."""
        if self.unit is not CapacityUnit.PAIR:
            return len(attending)
        children = {homes[person]: 0 for person in attending}
        for person, relation in attending.items():
            children[homes[person]] += relation is Relation.CHILD
        return sum(max(1, number) for number in children.values())

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

    def join(
        self, party: Party, home: int, new: dict[int, Relation], aside: set[int], now: datetime, *, listed: bool
    ) -> bool:
        """Friends come in, all of them or nobody, and nobody is overtaken by it; nobody once the list is closed."""
        self.settle(now)
        waiting = self.active(WAITLISTED, session=party.session)
        homes, people = party.homes | dict.fromkeys(new, home), party.people | new
        seats = self.seats_for({one: people[one] for one in people if one not in party.aside | aside}, homes)
        if party.state not in ACTIVE or new.keys() & self.standing(party.session).keys() or seats > self.capacity:
            return False
        if listed or (party.state is WAITLISTED and waiting[-1] is not party):
            return False
        if party.state in SEATED and (waiting or not self.has_room(party, seats - party.seats, len(aside))):
            return False
        party.people, party.homes, party.seats, party.aside = people, homes, seats, party.aside | aside
        if home != party.owner:
            party.friends.setdefault(home, now)
        return True

    def has_room(self, party: Party, seats: int, children: int) -> bool:
        looked_after = sum(other.childcare for other in self.active(*SEATED))
        fits = seats <= 0 or self.taken(party.session) + seats <= self.capacity
        return fits and (children == 0 or self.childcare is None or looked_after + children <= self.childcare)

    def leave(self, party: Party, leaving: set[int], now: datetime) -> None:
        self.take_out(party, leaving)
        self.settle(now)

    def take_out(self, party: Party, leaving: set[int]) -> None:
        """Children in childcare go with the last of their household; the party goes to the first friend who stays."""
        rest = party.people.keys() - leaving
        if rest == party.people.keys() or party.state not in ACTIVE:
            return
        staying = {party.homes[one] for one in rest - party.aside}
        if not staying:
            party.become(CANCELLED)
            return
        party.people = {one: relation for one, relation in party.people.items() if one in rest}
        party.people = {one: relation for one, relation in party.people.items() if party.homes[one] in staying}
        party.aside &= party.people.keys()
        party.seats = min(party.seats, self.seats_for(party.attending, party.homes))
        party.stay(staying)

    def forget(self, home: int, now: datetime) -> None:
        """Their people leave what is shared, and what is theirs alone is gone."""
        theirs = [party for party in self.parties.values() if home in (party.owner, *party.friends)]
        stood = any(party.state in ACTIVE for party in theirs)
        for party in theirs:
            if not party.friends:
                del self.parties[party.number]
            elif party.state in ACTIVE:
                self.take_out(party, party.of(home))
            else:
                party.people = {one: party.people[one] for one in party.people.keys() - party.of(home)}
                party.aside &= party.people.keys()
                party.stay({party.owner, *party.friends} - {home})
        if stood:
            self.settle(now)

    def merge(self, keeper: int, joining: int, mine: int, gone: int, now: datetime) -> None:
        """Where both were in one party, they and their households count once there from now on."""
        for party in self.parties.values():
            both = {keeper, joining} <= {party.owner, *party.friends}
            party.merge(keeper, joining, mine, gone)
            if both and party.state in ACTIVE:
                party.seats = min(party.seats, self.seats_for(party.attending, party.homes))
                self.settle(now)

    def look_after(self, party: Party, child: Person, now: datetime) -> None:
        """Takes a child back; or adds one that is nowhere in the course, if who has a seat has a place for it."""
        number = child.id or 0
        if number in party.aside:
            self.leave(party, {number}, now)
            return
        self.settle(now)
        more = Party(number=0, owner=0, homes={}, session=party.session, people={}, aside={number}, seats=0)
        seated = party.state in SEATED
        if party.state in ACTIVE and number not in self.standing(party.session) and (self.fits(more) or not seated):
            party.people[number], party.homes[number] = Relation.CHILD, child.resident_id
            party.aside.add(number)

    def replace(self, party: Party, person: int, instead: Person, now: datetime) -> bool:
        """False, and nothing changed, where the other is in already, or takes more than there is."""
        number = instead.id or 0
        if number in self.standing(party.session):
            return False
        people = {number if one == person else one: relation for one, relation in party.people.items()}
        people[number] = instead.relation
        party.homes[number] = party.homes[person]
        aside = {number if one == person else one for one in party.aside}
        seats = self.seats_for({one: people[one] for one in people if one not in aside}, party.homes)
        if party.state in SEATED and not self.fits(party, more=seats - party.seats):
            return False
        party.people, party.aside, party.seats = people, aside, seats
        self.settle(now)
        return True
