import type { ChannelViolationCode } from './violation.ts'

/**
 * What a broken rule costs once a channel exists. `fail`: error and force close. `warn`: warning, then the connection
 * is closed. `ignore`: reported only. While a channel is being opened every violation costs the opening.
 */
export type Consequence = 'fail' | 'warn' | 'ignore'

const MILD: Readonly<Partial<Record<ChannelViolationCode, Consequence>>> = {
  'invalid-shutdown-script': 'warn',
  'shutdown-script-changed': 'warn',
  'closing-fee-out-of-range': 'warn',
  'closing-too-early': 'warn',
  'unexpected-message': 'ignore',
}

/** The price of a violation on a channel that exists. */
export const consequenceOf = (code: ChannelViolationCode): Consequence => MILD[code] ?? 'fail'
