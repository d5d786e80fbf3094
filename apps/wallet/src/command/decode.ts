import type { JsonOutput } from '@ply/rpc'
import { decodeAnything } from '../decode/decodeAnything.ts'
import { CliError } from '../exitCode.ts'
import { formatMsats, formatSats } from '../format/amount.ts'
import { formatFields } from '../format/table.ts'
import { formatDuration, formatTime } from '../format/time.ts'
import { readStdin } from '../input/secret.ts'
import { printResult, type Session } from '../session.ts'

function show(name: string, value: JsonOutput): string {
  if (name.endsWith('_msat')) return formatMsats(BigInt(String(value)))
  if (name.endsWith('_sat')) return formatSats(BigInt(String(value)))
  if (name === 'created_at' || name === 'expires_at' || name === 'time') return formatTime(Number(value))
  if (name === 'expiry') return formatDuration(Number(value))
  return typeof value === 'string' ? value : String(value)
}

/** Members as lines; what is nested stands indented below its name. */
function toLines(fields: { readonly [name: string]: JsonOutput }, margin = ''): string[] {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  const simple = entries.filter(([, value]) => typeof value !== 'object')
  const lines = formatFields(simple.map(([name, value]) => [name.replaceAll('_', ' '), show(name, value)] as const))
  const nested = entries
    .filter(([, value]) => typeof value === 'object')
    .flatMap(([name, value]) => {
      const items: readonly JsonOutput[] = Array.isArray(value) ? (value as readonly JsonOutput[]) : [value]
      if (items.length === 0) return []
      return [`${name.replaceAll('_', ' ')}:`, ...items.flatMap((item, i) => itemLines(name, item, i))]
    })
  return [...lines, ...nested].map((line) => margin + line)
}

function itemLines(name: string, item: JsonOutput, index: number): string[] {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
    const lines = toLines(item as { readonly [name: string]: JsonOutput }, '    ')
    return index === 0 ? lines : ['', ...lines]
  }
  if (Array.isArray(item)) return (item as readonly JsonOutput[]).flatMap((inner, i) => itemLines(name, inner, i))
  return [`    ${show(name, item)}`]
}

export async function decode(session: Session, text: string): Promise<void> {
  const input = text === '-' ? await readStdin(session) : text
  const decoded = decodeAnything(input, session.options.network)
  if (!decoded) throw new CliError('not an address, invoice, transaction, block, PSBT, script or key')
  printResult(session, { type: decoded.type, ...decoded.fields }, () => [
    session.style.bold(decoded.type),
    ...toLines(decoded.fields),
  ])
}
