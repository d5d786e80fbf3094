import { OP_0, OP_1, OP_CHECKSIG, OP_DUP, OP_EQUAL, OP_EQUALVERIFY, OP_HASH160 } from '../opcode/opcodes.ts'

/** `OP_DUP OP_HASH160 <20> OP_EQUALVERIFY OP_CHECKSIG` */
export const isP2pkh = (script: Uint8Array): boolean =>
  script.length === 25 &&
  script[0] === OP_DUP &&
  script[1] === OP_HASH160 &&
  script[2] === 20 &&
  script[23] === OP_EQUALVERIFY &&
  script[24] === OP_CHECKSIG

/** BIP 16: `OP_HASH160 <20> OP_EQUAL` */
export const isP2sh = (script: Uint8Array): boolean =>
  script.length === 23 && script[0] === OP_HASH160 && script[1] === 20 && script[22] === OP_EQUAL

/** BIP 141: `0 <20>` */
export const isP2wpkh = (script: Uint8Array): boolean => script.length === 22 && script[0] === OP_0 && script[1] === 20

/** BIP 141: `0 <32>` */
export const isP2wsh = (script: Uint8Array): boolean => script.length === 34 && script[0] === OP_0 && script[1] === 32

/** BIP 341: `1 <32>` */
export const isP2tr = (script: Uint8Array): boolean => script.length === 34 && script[0] === OP_1 && script[1] === 32

/** Pay to anchor: `1 <4e73>`, spendable by anyone without a witness. */
export const isP2a = (script: Uint8Array): boolean =>
  script.length === 4 && script[0] === OP_1 && script[1] === 2 && script[2] === 0x4e && script[3] === 0x73
