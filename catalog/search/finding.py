"""Which courses answer what is asked, and which only come near.

Words tell most; what a text means keeps out whatever only holds a chance word. A course whose title says nothing of
what is asked is one of these until it is shown to mean it: of the mentions in passing hardly a third are meant.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from catalog.search.meaning import Vectors, closeness
from catalog.search.postings import Floats, Mask
from catalog.search.query import Query
from catalog.search.situations import helping
from catalog.search.texts import Missing, TextIndex

# Shares of a query (see TextIndex.scores) that tell a find from a neighbour in meaning, and that from nothing.
FOUND = 0.36
NEIGHBOUR = 0.15  # of an alternative, its fit included; and the words that a find by meaning alone does not hold
FIELD = 0.3  # what one of the asked fields adds
ISSUE = 0.3  # what the issue of life adds that the words name
_SPECIAL = 0.6  # words that some course answers so well mean that course, not its whole field
_BESIDE_BEST = 0.35  # a find has at least this share of the best one's score
_MEANT, _MEANT_BY_EAR = 1.0, 0.6  # how much nearness in meaning counts beside words; a word in kana may be another
_HELPS = 0.3  # what it adds when a course helps in the situation that is told
_AGREED = 0.65  # what words and meaning must tell together: a word alone may stand there by chance
_BESIDE_NEAREST = 0.65  # and at least this share of the best one's, meaning included
_OF_FIELD = 0.25  # how near a course must be that is found by its field alone
_MEANS_IT = 0.3  # how near it must be where its title says nothing of what is asked
_MEANS_IT_READ_AGAIN = 0.5  # … both readings together
_SOME_WORDS = 0.3  # what its words must tell at least where both readings find it


class Fitting(NamedTuple):
    """How well every course fits words: the share of them that it holds, what of them no course holds, whether its
    title holds one, and how near it is to what they mean. Shared, and not to be changed."""

    words: Floats
    missing: Missing
    titled: Mask
    near: Floats


def fitting(texts: TextIndex, meanings: Vectors, query: Query) -> Fitting:
    words, missing, titled = texts.scores(query)
    near = meant(query, meanings) + helps(query, meanings)
    for values in (words, titled, near):
        values.flags.writeable = False
    return Fitting(words, missing, titled, near)


def meant(query: Query, meanings: Vectors) -> Floats:
    """How near every course is to what a query means."""
    return np.float32(_MEANT_BY_EAR if query.by_ear else _MEANT) * closeness(query.meant, meanings)


def helps(query: Query, meanings: Vectors) -> Floats:
    """What every course helps in the situation that a query tells of."""
    return np.float32(_HELPS) * helping(query.meant, meanings)


@dataclass(frozen=True, slots=True)
class Found:
    """How much every course is `about` a query, and which answer it: `surely`, or `perhaps`, where meaning decides.
    `words` and `near` as in `Fitting`."""

    about: Floats
    surely: Mask
    perhaps: Mask
    words: Floats
    near: Floats

    def all(self) -> Mask:
        """Those that answer by their words, and by what the first reading tells."""
        return self.surely | (self.perhaps & (self.near >= _MEANS_IT))

    def read_again(self, again: Floats) -> Mask:
        """The same, with how near each course is by the second reading; it says nothing where there is no encoder."""
        if not again.any():
            return self.all()
        likely = self.perhaps | (self.words >= _SOME_WORDS)
        return self.surely | (likely & (self.near + again >= _MEANS_IT_READ_AGAIN))


def find(fits: Fitting, *, asked: Mask, named: Mask, of_issue: Mask, known: Mask, allowed: Mask) -> Found:
    """`asked` are the courses of the fields that are asked for, `named` those of a field that the words name,
    `of_issue` of an issue of life; `known` those of which it is known what they mean; `allowed` what may be shown."""
    words, missing, titled, near = fits
    told = words + np.float32(FIELD) * asked.astype(np.float32)
    about = told + near + np.float32(ISSUE) * of_issue.astype(np.float32)
    likely = _told(told, words, missing, asked, allowed) & _agreed(known, words, near)
    likely &= about >= _BESIDE_NEAREST * highest(about, allowed)
    doubtful = known & ~titled
    return Found(about, (likely & ~doubtful) | named | of_issue, likely & doubtful, words, near)


def _told(told: Floats, words: Floats, missing: Missing, asked: Mask, allowed: Mask) -> Mask:
    """Which courses their words alone let find."""
    found: Mask = told >= max(FOUND, _BESIDE_BEST * highest(told, allowed))
    if missing is Missing.NAME:
        return found & (words >= FOUND)
    # A field alone is enough where the words name nothing more special, open to whom it is for or not.
    vague = missing is Missing.NOTHING and float(words.max(initial=0)) < _SPECIAL
    return found | asked if vague else found


def _agreed(known: Mask, words: Floats, near: Floats) -> Mask:
    """Which courses are not found by a chance word: all of which nothing tells what they mean."""
    agreed: Mask = ~known | (words + near >= _AGREED)
    return agreed | ((words < NEIGHBOUR) & (near >= _OF_FIELD))


def topped(found: Mask, score: Floats, eligible: Mask) -> Mask:
    """The finds among the eligible courses, and whatever else of them scores as high as the best find: where one is
    found, a likelier one is not held back."""
    finds = found & eligible
    if not finds.any():
        return finds
    above: Mask = finds | (eligible & (score >= highest(score, finds)))
    return above


def highest(score: Floats, allowed: Mask) -> float:
    """The best score of what may be shown: a finished course does not put the others in the shade."""
    return float((score * allowed).max(initial=0))
