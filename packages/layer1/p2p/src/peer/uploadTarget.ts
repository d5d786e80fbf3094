/** A day, in milliseconds: the cycle that the target is for. */
const CYCLE = 24 * 3_600_000
const BLOCK_INTERVAL = 10 * 60_000
const MAX_BLOCK_SIZE = 4_000_000

/** What is left to be sent in the running cycle. Sizes are bytes, durations milliseconds. */
export interface UploadState {
  readonly target: number
  /** Nothing more is sent that is not needed. */
  readonly reached: boolean
  /** Nobody gets old blocks any more: what is left is for new ones. */
  readonly servesHistory: boolean
  readonly bytesLeft: number
  readonly timeLeft: number
}

/** Keeps what is sent in a day under a target, as far as others do without it (`-maxuploadtarget`). 0: no target. */
export class UploadTarget {
  readonly #target: number
  #cycleStart: number | undefined
  #sent = 0

  constructor(target: number) {
    this.#target = target
  }

  record(bytes: number, now: number): void {
    if (this.#cycleStart === undefined || this.#cycleStart + CYCLE < now) {
      this.#cycleStart = now
      this.#sent = 0
    }
    this.#sent += bytes
  }

  state(now: number): UploadState {
    const target = this.#target
    if (target === 0) return { target, reached: false, servesHistory: true, bytesLeft: 0, timeLeft: 0 }
    const timeLeft = this.#cycleStart === undefined ? CYCLE : Math.max(0, this.#cycleStart + CYCLE - now)
    // Room to relay each block to come once.
    const buffer = Math.floor(timeLeft / BLOCK_INTERVAL) * MAX_BLOCK_SIZE
    return {
      target,
      reached: this.#sent >= target,
      servesHistory: buffer < target && this.#sent < target - buffer,
      bytesLeft: Math.max(0, target - this.#sent),
      timeLeft,
    }
  }
}
