/** The time of day. Pure code gets a reading as an argument; only shells hold a clock. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Runs `task` once after `delay` milliseconds of this clock; the returned function cancels it. */
  schedule(delay: number, task: () => void): () => void
}
