"""What must hold between the rows, whatever happened: proved from the rows alone."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Each query names the rows that break its rule; (what is wrong, query).
_RULES = (
    (
        "講座{0}: 数えた席({1})と申込の席({2})がちがいます。",
        """
        SELECT c.id, c.seats_taken, COALESCE(SUM(r.seats), 0)
        FROM courses c LEFT JOIN registrations r ON r.course_id = c.id AND r.state = 'confirmed'
        GROUP BY c.id, c.seats_taken HAVING c.seats_taken <> COALESCE(SUM(r.seats), 0)
        """,
    ),
    (
        "講座{0}: 定員({1})より多く({2})入っています。",
        "SELECT id, capacity, seats_taken FROM courses WHERE capacity IS NOT NULL AND seats_taken > capacity",
    ),
    (
        "申込{0}: 取り消しなのに参加者が残っています。",
        """
        SELECT DISTINCT r.id FROM registrations r JOIN participants p ON p.registration_id = r.id
        WHERE p.active AND r.state = 'cancelled'
        """,
    ),
    (
        "申込{0}: 参加者がいません。",
        """
        SELECT r.id FROM registrations r
        WHERE r.state <> 'cancelled'
          AND NOT EXISTS (SELECT 1 FROM participants p WHERE p.registration_id = r.id AND p.active)
        """,
    ),
    (
        "申込{0}: 参加者{1}の講座か利用者が、申込とちがいます。",
        """
        SELECT r.id, s.id FROM registrations r
        JOIN participants p ON p.registration_id = r.id JOIN persons s ON s.id = p.person_id
        WHERE p.course_id <> r.course_id OR s.resident_id <> r.resident_id
        """,
    ),
    (
        "利用者{0}: 本人が{1}人います。",
        """
        SELECT h.id, COUNT(s.id) FROM residents h LEFT JOIN persons s ON s.resident_id = h.id AND s.relation = 'self'
        GROUP BY h.id HAVING COUNT(s.id) <> 1
        """,
    ),
)


async def broken(db: AsyncSession) -> list[str]:
    """One Japanese sentence for each break; empty when everything holds."""
    return [sentence.format(*row) for sentence, query in _RULES for row in (await db.execute(text(query))).all()]
