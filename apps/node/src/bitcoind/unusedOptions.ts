import type { Settings } from './settings.ts'
import { OPTION_TABLE } from './table/table.ts'

/** A line for the log about each option that somebody set although it changes nothing here. */
export function describeUnused(settings: Settings): string[] {
  const unused = OPTION_TABLE.flatMap(([, entries]) => entries).filter((entry) => entry.unused)
  return (
    unused
      // What is switched off is not missed.
      .filter(({ name }) => settings.isGiven(name) && settings.text(name) !== '0')
      .map(({ name }) => `Option -${name} is accepted, without effect`)
  )
}
