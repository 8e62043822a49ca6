"""What must hold between the rows, whatever happened: proved from the rows alone."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Each query names the rows that break its rule; (what is wrong, query).
_RULES = (
    (
        "講座{0}: 数えた席({1})と申込の席({2})がちがいます。",
        """
        SELECT c.id, c.seats_taken, COALESCE(SUM(r.seats), 0)
        FROM courses c LEFT JOIN registrations r
          ON r.course_id = c.id AND r.session_id IS NULL AND r.state IN ('held', 'confirmed', 'offered')
        GROUP BY c.id, c.seats_taken HAVING c.seats_taken <> COALESCE(SUM(r.seats), 0)
        """,
    ),
    (
        "回{0}: 数えた席({1})と申込の席({2})がちがいます。",
        """
        SELECT s.id, s.seats_taken, COALESCE(SUM(r.seats), 0)
        FROM sessions s LEFT JOIN registrations r
          ON r.session_id = s.id AND r.state IN ('held', 'confirmed', 'offered')
        GROUP BY s.id, s.seats_taken HAVING s.seats_taken <> COALESCE(SUM(r.seats), 0)
        """,
    ),
    (
        "講座{0}: 数えた保育({1})と申込の保育({2})がちがいます。",
        """
        SELECT c.course_id, c.childcare_taken, COALESCE(SUM(r.childcare), 0)
        FROM course_rules c LEFT JOIN registrations r
          ON r.course_id = c.course_id AND r.state IN ('held', 'confirmed', 'offered')
        GROUP BY c.course_id, c.childcare_taken HAVING c.childcare_taken <> COALESCE(SUM(r.childcare), 0)
        """,
    ),
    (
        "講座{0}: 定員({1})より多く({2})入っています。",
        "SELECT id, capacity, seats_taken FROM courses WHERE capacity IS NOT NULL AND seats_taken > capacity",
    ),
    (
        "回{0}: 定員({1})より多く({2})入っています。",
        """
        SELECT s.id, c.capacity, s.seats_taken FROM sessions s JOIN courses c ON c.id = s.course_id
        WHERE c.capacity IS NOT NULL AND s.seats_taken > c.capacity
        """,
    ),
    (
        "講座{0}: 保育の定員({1})より多く({2})預かっています。",
        """
        SELECT course_id, childcare_capacity, childcare_taken FROM course_rules
        WHERE childcare_capacity IS NOT NULL AND childcare_taken > childcare_capacity
        """,
    ),
    (
        "申込{0}: 終わった申込({1})なのに参加者が残っています。",
        """
        SELECT DISTINCT r.id, r.state FROM registrations r JOIN participants p ON p.registration_id = r.id
        WHERE p.active AND r.state IN ('cancelled', 'lapsed', 'lost')
        """,
    ),
    (
        "申込{0}: 参加者がいません。",
        """
        SELECT r.id FROM registrations r
        WHERE r.state NOT IN ('cancelled', 'lapsed', 'lost')
          AND NOT EXISTS (SELECT 1 FROM participants p WHERE p.registration_id = r.id AND p.active)
        """,
    ),
    (
        "申込{0}: 保育の人数({1})と参加者の記録({2})がちがいます。",
        """
        SELECT r.id, r.childcare, COUNT(p.person_id) FROM registrations r
        LEFT JOIN participants p ON p.registration_id = r.id AND p.in_childcare
        GROUP BY r.id, r.childcare HAVING r.childcare <> COUNT(p.person_id)
        """,
    ),
    (
        "申込{0}: 状態({1})と期限の有無が合いません。",
        """
        SELECT id, state FROM registrations
        WHERE (state IN ('held', 'offered')) <> (expires_at IS NOT NULL)
        """,
    ),
    (
        "申込{0}: 状態({1})と履歴の最後({2})がちがいます。",
        """
        SELECT r.id, r.state, h.to_state FROM registrations r
        LEFT JOIN registration_changes h
          ON h.id = (SELECT MAX(o.id) FROM registration_changes o WHERE o.registration_id = r.id)
        WHERE h.to_state IS NULL OR h.to_state <> r.state OR h.seats_after <> r.seats
        """,
    ),
    (
        "申込{0}: 履歴がつながっていません({1}件)。",
        """
        SELECT h.registration_id, COUNT(*) FROM registration_changes h
        LEFT JOIN registration_changes b
          ON b.id = (SELECT MAX(o.id) FROM registration_changes o
                     WHERE o.registration_id = h.registration_id AND o.id < h.id)
        WHERE COALESCE(h.from_state, '') <> COALESCE(b.to_state, '')
        GROUP BY h.registration_id
        """,
    ),
    (
        "申込{0}: 参加者{1}の講座か利用者が、申込とちがいます。",
        """
        SELECT r.id, s.id FROM registrations r
        JOIN participants p ON p.registration_id = r.id JOIN persons s ON s.id = p.person_id
        WHERE p.course_id <> r.course_id OR p.session_id <> COALESCE(r.session_id, 0)
          OR (s.resident_id <> r.resident_id AND NOT EXISTS (
            SELECT 1 FROM party_friends f WHERE f.registration_id = r.id AND f.resident_id = s.resident_id))
        """,
    ),
    (
        "申込{0}: 利用者{1}の参加者がいないのに、申込の持ち主になっています。",
        """
        SELECT r.id, o.resident_id FROM registrations r
        JOIN (SELECT id AS registration_id, resident_id FROM registrations WHERE shared
              UNION ALL SELECT registration_id, resident_id FROM party_friends) o ON o.registration_id = r.id
        WHERE r.state NOT IN ('cancelled', 'lapsed', 'lost') AND NOT EXISTS (
          SELECT 1 FROM participants p JOIN persons s ON s.id = p.person_id
          WHERE p.registration_id = r.id AND s.resident_id = o.resident_id)
        """,
    ),
    (
        "申込{0}: 友だちの記録({1}人)と、友だちがいるかどうかが合いません。",
        """
        SELECT r.id, COUNT(f.resident_id) FROM registrations r LEFT JOIN party_friends f ON f.registration_id = r.id
        GROUP BY r.id, r.shared HAVING r.shared <> (COUNT(f.resident_id) > 0)
        """,
    ),
    (
        "申込{0}: 持ち主の利用者{1}が、友だちとしても入っています。",
        """
        SELECT r.id, r.resident_id FROM registrations r
        JOIN party_friends f ON f.registration_id = r.id AND f.resident_id = r.resident_id
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
