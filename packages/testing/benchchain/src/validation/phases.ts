/** The parts that validating a block falls into, in order. */
export const PHASES = ['parse', 'hash', 'block rules', 'coins', 'scripts', 'signatures'] as const

export type Phase = (typeof PHASES)[number]

const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Milliseconds of processor time spent in each phase: what other programs take on a shared machine does not count. */
export class PhaseTimer {
  readonly #spent = new Map<Phase, number>()

  time<T>(phase: Phase, work: () => T): T {
    const started = processorTime()
    const result = work()
    this.#spent.set(phase, this.of(phase) + processorTime() - started)
    return result
  }

  of(phase: Phase): number {
    return this.#spent.get(phase) ?? 0
  }
}
