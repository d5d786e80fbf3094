import picocolors from 'picocolors'
import type { Io, Output } from '../io.ts'

/** Colours, or their absence. */
export type Style = Pick<
  ReturnType<typeof picocolors.createColors>,
  'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'
>

/** Colours for a terminal, none for anything else; NO_COLOR and FORCE_COLOR are respected. */
export function createStyle(output: Output, env: Io['env']): Style {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0'
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return picocolors.createColors(!refused && (forced || output.isTTY))
}
