import { type ByteReader, type ByteWriter, concatBytes, DecodeError } from '@ply/bytes'
import {
  createP2pkh,
  createScript,
  isP2pkh,
  isP2sh,
  MAX_SCRIPT_SIZE,
  OP_CHECKSIG,
  OP_EQUAL,
  OP_HASH160,
  OP_RETURN,
} from '@ply/script'
import { readSmallVarint, writeSmallVarint } from './varint.ts'

/** Numbers below this stand for forms of script, the others for a length that much smaller. */
const SPECIAL_SCRIPTS = 6
/** What nobody can spend (and so never enters the coins) stands for a script that is too long to be kept. */
const UNSPENDABLE = Uint8Array.of(OP_RETURN)

const isCompressedP2pk = (script: Uint8Array): boolean =>
  script.length === 35 && script[0] === 33 && (script[1] === 2 || script[1] === 3) && script[34] === OP_CHECKSIG

/** A script, shorter where it is of a common form: hash of a key (0), hash of a script (1), compressed key (2, 3). */
export function writeCompressedScript(writer: ByteWriter, script: Uint8Array): void {
  if (isP2pkh(script)) writer.u8(0).bytes(script.subarray(3, 23))
  else if (isP2sh(script)) writer.u8(1).bytes(script.subarray(2, 22))
  else if (isCompressedP2pk(script)) writer.bytes(script.subarray(1, 34))
  else {
    writeSmallVarint(writer, script.length + SPECIAL_SCRIPTS)
    writer.bytes(script)
  }
}

/** Violations of the reader, and `unknown-script-form`. */
export function readCompressedScript(reader: ByteReader): Uint8Array {
  const form = readSmallVarint(reader, 0xffffffff)
  switch (form) {
    case 0:
      return createP2pkh(reader.bytes(20))
    case 1:
      return createScript([OP_HASH160, reader.bytes(20), OP_EQUAL])
    case 2:
    case 3:
      return concatBytes(Uint8Array.of(33, form), reader.bytes(32), Uint8Array.of(OP_CHECKSIG))
    case 4:
    case 5:
      throw new DecodeError('unknown-script-form', `script form ${form}`)
  }
  const length = form - SPECIAL_SCRIPTS
  if (length <= MAX_SCRIPT_SIZE) return reader.bytes(length)
  reader.view(length)
  return UNSPENDABLE
}
