import { hash160 } from '@ply/crypto'
import { createScript, type ScriptPart } from '../encoding/script.ts'
import {
  OP_0NOTEQUAL,
  OP_ADD,
  OP_BOOLAND,
  OP_BOOLOR,
  OP_CHECKLOCKTIMEVERIFY,
  OP_CHECKMULTISIG,
  OP_CHECKMULTISIGVERIFY,
  OP_CHECKSEQUENCEVERIFY,
  OP_CHECKSIG,
  OP_CHECKSIGADD,
  OP_CHECKSIGVERIFY,
  OP_DUP,
  OP_ELSE,
  OP_ENDIF,
  OP_EQUAL,
  OP_EQUALVERIFY,
  OP_FROMALTSTACK,
  OP_HASH160,
  OP_HASH256,
  OP_IF,
  OP_IFDUP,
  OP_NOTIF,
  OP_NUMEQUAL,
  OP_NUMEQUALVERIFY,
  OP_RIPEMD160,
  OP_SHA256,
  OP_SIZE,
  OP_SWAP,
  OP_TOALTSTACK,
  OP_VERIFY,
} from '../opcode/opcodes.ts'
import type { HashFragment, Miniscript } from './fragment.ts'
import { hasAll } from './properties.ts'

/** The opcode of each hash fragment. */
export const HASH_OPCODES: Readonly<Record<HashFragment, number>> = {
  sha256: OP_SHA256,
  hash256: OP_HASH256,
  ripemd160: OP_RIPEMD160,
  hash160: OP_HASH160,
}

/** An expression still to be written; with `verify` a VERIFY follows, which the last opcode can take in. */
interface Pending {
  readonly node: Miniscript
  readonly verify: boolean
}
type Piece = ScriptPart | Pending

const isPending = (piece: Piece): piece is Pending => typeof piece === 'object' && 'node' in piece

/** What a fragment's script is made of (BIP 379, "Translation Table"). */
function pieces({ node, verify }: Pending, keys: readonly Uint8Array[]): readonly Piece[] {
  const [x, y, z] = node.subs.map((sub): Pending => ({ node: sub, verify: false })) as [Pending, Pending, Pending]
  const k = BigInt(node.k)
  const nodeKeys = node.keys.map((place) => keys[place]!)
  switch (node.fragment) {
    case '0':
      return [0n]
    case '1':
      return [1n]
    case 'pk_k':
      return nodeKeys
    case 'pk_h':
      return [OP_DUP, OP_HASH160, hash160(nodeKeys[0]!), OP_EQUALVERIFY]
    case 'older':
      return [k, OP_CHECKSEQUENCEVERIFY]
    case 'after':
      return [k, OP_CHECKLOCKTIMEVERIFY]
    case 'sha256':
    case 'hash256':
    case 'ripemd160':
    case 'hash160': {
      const equal = verify ? OP_EQUALVERIFY : OP_EQUAL
      return [OP_SIZE, 32n, OP_EQUALVERIFY, HASH_OPCODES[node.fragment], node.hash, equal]
    }
    case 'multi':
      return [k, ...nodeKeys, BigInt(nodeKeys.length), verify ? OP_CHECKMULTISIGVERIFY : OP_CHECKMULTISIG]
    case 'multi_a': {
      const checks = nodeKeys.flatMap((key, i) => [key, i === 0 ? OP_CHECKSIG : OP_CHECKSIGADD])
      return [...checks, k, verify ? OP_NUMEQUALVERIFY : OP_NUMEQUAL]
    }
    case 'a':
      return [OP_TOALTSTACK, x, OP_FROMALTSTACK]
    case 's':
      return [OP_SWAP, { ...x, verify }]
    case 'c':
      return [x, verify ? OP_CHECKSIGVERIFY : OP_CHECKSIG]
    case 'd':
      return [OP_DUP, OP_IF, x, OP_ENDIF]
    case 'v':
      return hasAll(x.node.type, 'x') ? [x, OP_VERIFY] : [{ ...x, verify: true }]
    case 'j':
      return [OP_SIZE, OP_0NOTEQUAL, OP_IF, x, OP_ENDIF]
    case 'n':
      return [x, OP_0NOTEQUAL]
    case 'and_v':
      return [x, { ...y, verify }]
    case 'and_b':
      return [x, y, OP_BOOLAND]
    case 'or_b':
      return [x, y, OP_BOOLOR]
    case 'or_c':
      return [x, OP_NOTIF, y, OP_ENDIF]
    case 'or_d':
      return [x, OP_IFDUP, OP_NOTIF, y, OP_ENDIF]
    case 'or_i':
      return [OP_IF, x, OP_ELSE, y, OP_ENDIF]
    case 'andor':
      return [x, OP_NOTIF, z, OP_ELSE, y, OP_ENDIF]
    case 'thresh': {
      const sums = node.subs.flatMap((sub, i): Piece[] => [{ node: sub, verify: false }, ...(i === 0 ? [] : [OP_ADD])])
      return [...sums, k, verify ? OP_EQUALVERIFY : OP_EQUAL]
    }
  }
}

/** The script of an expression. `keys` has 33 bytes for each of its keys, in tapscript 32. */
export function encodeMiniscript(root: Miniscript, keys: readonly Uint8Array[]): Uint8Array {
  const parts: ScriptPart[] = []
  for (const pending: Piece[] = [{ node: root, verify: false }]; pending.length > 0;) {
    const piece = pending.pop()!
    if (isPending(piece)) for (const next of pieces(piece, keys).toReversed()) pending.push(next)
    else parts.push(piece)
  }
  return createScript(parts)
}
