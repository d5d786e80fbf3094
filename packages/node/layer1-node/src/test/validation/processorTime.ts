import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

/** Milliseconds of processor time of all threads so far. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The same of the main thread alone, in steps of 10 ms; undefined where the system does not tell. */
export function mainThreadTime(): number | undefined {
  try {
    const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND
  } catch {
    return undefined
  }
}
