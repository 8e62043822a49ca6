// Civil time as the state gives it: ISO 8601 with the city's offset. Read from the text, never through the
// browser's own zone: the simulated city may be elsewhere.

const WEEKDAYS = "日月火水木金土";
const MINUTE = 60_000;

/** 10:05 */
export const clockOf = (iso) => iso.slice(11, 16);

/** 2026-06-10 */
export const dayOf = (iso) => iso.slice(0, 10);

/** 6月10日(水) */
export function dayName(iso) {
  const day = civil(iso);
  return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日(${WEEKDAYS[day.getUTCDay()]})`;
}

/** Minutes from `iso` to `hour`:00 of the following day. */
export function minutesToTomorrow(iso, hour) {
  const goal = civil(iso);
  goal.setUTCDate(goal.getUTCDate() + 1);
  goal.setUTCHours(hour, 0, 0, 0);
  return Math.max(1, Math.ceil((goal - civil(iso)) / MINUTE));
}

// The civil reading, held in a Date's UTC fields.
function civil(iso) {
  return new Date(`${iso.slice(0, 19)}Z`);
}
