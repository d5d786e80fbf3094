import { DecodeError, type Result, tryDecode } from '@ply/bytes'
import { ROWS, type Row } from './walletCodec.ts'

const HEAD = 'ply wallet backup 1'

/** A wallet's rows as text: a first line that says what it is, then one row a line. */
export const encodeBackup = (rows: readonly Row[]): string =>
  [HEAD, ...rows.map((row) => JSON.stringify(row))].join('\n') + '\n'

function readRow(line: string): Row {
  const row: unknown = JSON.parse(line)
  if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'string') {
    throw new DecodeError('bad-backup', 'a line of the backup is no row of a wallet')
  }
  return [row[0], row[1]]
}

/** Violation `bad-backup`. */
export function decodeBackup(text: string): Result<readonly Row[], DecodeError> {
  return tryDecode(() => {
    const [head, ...lines] = text.split('\n')
    if (head !== HEAD) throw new DecodeError('bad-backup', 'The file is no backup of a wallet')
    let rows: Row[]
    try {
      rows = lines.filter((line) => line !== '').map(readRow)
    } catch (error) {
      throw error instanceof DecodeError ? error : new DecodeError('bad-backup', 'The backup is damaged')
    }
    if (!rows.some(([key]) => key === ROWS.settings)) throw new DecodeError('bad-backup', 'The backup is not complete')
    return rows
  })
}
