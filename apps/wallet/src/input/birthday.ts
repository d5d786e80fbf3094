import { usageError } from '../exitCode.ts'

/** When a wallet was made: a height, or a moment in seconds since the Unix epoch. */
export type Birthday = { readonly height: number } | { readonly time: number }

const MAX_HEIGHT = 100_000_000

/** `800000`, `2024-05-31` or `2024-05-31T14:00Z` (a day begins at midnight UTC); throws a usage error. */
export function parseBirthday(text: string): Birthday {
  const trimmed = text.trim()
  if (/^\d{1,9}$/.test(trimmed) && Number(trimmed) <= MAX_HEIGHT) return { height: Number(trimmed) }
  const day = /^\d{4}-\d{2}-\d{2}/.exec(trimmed)?.[0]
  const time = day === undefined ? NaN : Date.parse(trimmed)
  // The parser takes the 31st of February for a day in March.
  const exists = !Number.isNaN(time) && new Date(`${day}T00:00Z`).toISOString().startsWith(day!)
  if (!exists) throw usageError(`'${text}' is no birthday: say a height, or a date such as 2024-05-31`)
  return { time: Math.floor(time / 1000) }
}
