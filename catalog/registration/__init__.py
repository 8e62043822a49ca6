"""Registration (申込): taking and giving back places, fairly and exactly.

Every verb runs in the caller's transaction and may be repeated without harm. Seats are exact at any load: they are
taken by one conditional UPDATE, and a person stands in a course once by a unique index. Every verb begins by locking
the course; courses are locked before residents, each in the order of their ids, so that nobody waits in a circle.
What changes is written into the history in the same transaction, and from there the residents concerned are told.

    moving    the states, and the one way from one into another
    seating   seats and childcare, as counted by the database
    applying  first come, lottery, waitlist
    waitlist  who is next, timed offers
    leaving   cancelling and changing
    friends   a party of several residents: inviting, joining, who it belongs to
    parted    a party that goes on without who has left it
    caring    childcare changed afterwards
    lookup    what the rows say
"""

from catalog.registration.applying import Applied, Request, apply
from catalog.registration.caring import look_after, take_back
from catalog.registration.friends import (
    Companions,
    Invited,
    Joined,
    bring_along,
    called,
    companions,
    friends_of,
    invite,
    invited,
    join,
)
from catalog.registration.leaving import (
    Cancelled,
    cancel,
    count_again,
    end,
    forget,
    leave,
    lock_own,
    lock_residents,
    quit_party,
    replace,
    withdraw,
)
from catalog.registration.lookup import (
    Seats,
    households,
    in_childcare,
    may_cancel_here,
    of_course,
    of_resident,
    own,
    party_of,
    rules_of,
    seats,
    seats_by_session,
    seats_for,
    takes_registrations,
)
from catalog.registration.moving import ACTIVE, SEATED, Cause, by_resident, history, move
from catalog.registration.parted import own_part, parted
from catalog.registration.seating import Place
from catalog.registration.waitlist import accept, decline, position, settle

__all__ = [
    "ACTIVE",
    "SEATED",
    "Applied",
    "Cancelled",
    "Cause",
    "Companions",
    "Invited",
    "Joined",
    "Place",
    "Request",
    "Seats",
    "accept",
    "apply",
    "bring_along",
    "by_resident",
    "called",
    "cancel",
    "companions",
    "count_again",
    "decline",
    "end",
    "forget",
    "friends_of",
    "history",
    "households",
    "in_childcare",
    "invite",
    "invited",
    "join",
    "leave",
    "lock_own",
    "lock_residents",
    "look_after",
    "may_cancel_here",
    "move",
    "of_course",
    "of_resident",
    "own",
    "own_part",
    "parted",
    "party_of",
    "position",
    "quit_party",
    "replace",
    "rules_of",
    "seats",
    "seats_by_session",
    "seats_for",
    "settle",
    "take_back",
    "takes_registrations",
    "withdraw",
]
