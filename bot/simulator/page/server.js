// The page's side of the contract in CONTRACT.md: what is fetched, what is posted, what is listened to.

/** Everything: clock, bots, residents with both phones. */
export const fetchState = () => get("/sim/state");

/** One phone of one resident. */
export const fetchPhone = (resident, platform) => get(`/sim/state/${encodeURIComponent(resident)}/${platform}`);

/** What a resident does. Resolves to the answer (`open`, `copy`, `ask`); rejects with the reason as its message. */
export const act = (deed) => post("/sim/act", deed);

/** Moves the simulated clock forward. */
export const forward = (minutes) => post("/sim/clock", { minutes });

/** Calls `changed` with each event's data, `opened` at each (re)connection, `lost` when the line breaks. */
export function listen({ changed, opened, lost }) {
  const source = new EventSource("/sim/events");
  source.addEventListener("message", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("open", opened);
  source.addEventListener("error", lost);
  return source;
}

async function get(path) {
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || answer.ok === false) throw new Error(answer.error ?? `${path}: ${response.status}`);
  return answer;
}
