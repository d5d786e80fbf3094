import type { DecodeError } from '@ply/bytes'

/** Bitcoin Core's words for bytes that are no message, by our codes; all others have their own. */
const WORDS: Readonly<Record<string, string>> = {
  'end-of-data': 'DataStream::read(): end of data: iostream error',
  'non-canonical-compact-size': 'non-canonical ReadCompactSize(): iostream error',
  'size-too-large': 'ReadCompactSize(): size too large: iostream error',
}

/** The line that tells of a payload that could not be read. */
export function describeDecodeFailure(command: string, length: number, { code, message }: DecodeError): string {
  return `ProcessMessages(${command}, ${length} bytes): Exception '${WORDS[code] ?? message}' caught`
}
