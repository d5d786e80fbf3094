import { equalBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { encodeAddress } from '@ply/primitives'
import { joinMembers, type JsonOutput, param, parseHexBytes, type RpcMethod } from '@ply/rpc'
import {
  classifyOutput,
  createP2sh,
  createP2wpkh,
  createP2wsh,
  hasValidOps,
  isOpSuccess,
  isUnspendable,
  OP_CHECKSIGADD,
  type OutputClass,
  parseScript,
} from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { scriptPubKeyJson } from './json/scriptJson.ts'

/** True if a script can run, and means the same before tapscript and in it. */
function hasOnlyPlainOpcodes(script: Uint8Array): boolean {
  const parsed = parseScript(script)
  if (!parsed.ok || !hasValidOps(script) || isUnspendable(script)) return false
  return parsed.value.every(({ opcode }) => opcode !== OP_CHECKSIGADD && !isOpSuccess(opcode))
}

/** Whether an output of this kind can be the script behind a P2SH output. */
function canBeRedeemScript({ type }: OutputClass, script: Uint8Array): boolean {
  switch (type) {
    case 'multisig':
    case 'nonstandard':
    case 'pubkey':
    case 'pubkeyhash':
    case 'witness_v0_keyhash':
    case 'witness_v0_scripthash':
      return hasOnlyPlainOpcodes(script)
    case 'nulldata':
    case 'scripthash':
    case 'witness_unknown':
    case 'witness_v1_taproot':
    case 'anchor':
      return false
  }
}

const isCompressed = (publicKey: Uint8Array): boolean => publicKey.length === 33

/** The segwit v0 output for a script that is not one itself; none for keys that are not compressed (BIP 143). */
function wrapInSegwit(output: OutputClass, script: Uint8Array): Uint8Array | undefined {
  switch (output.type) {
    case 'pubkey':
      return isCompressed(output.publicKey) ? createP2wpkh(hash160(output.publicKey)) : undefined
    case 'multisig':
      return output.publicKeys.every(isCompressed) ? createP2wsh(script) : undefined
    case 'pubkeyhash':
      return createP2wpkh(output.hash)
    case 'nonstandard':
      return createP2wsh(script)
    case 'nulldata':
    case 'scripthash':
    case 'witness_unknown':
    case 'witness_v0_keyhash':
    case 'witness_v0_scripthash':
    case 'witness_v1_taproot':
    case 'anchor':
      return undefined
  }
}

function decodeScript({ network }: Layer1Node, script: Uint8Array): JsonOutput {
  const shown = scriptPubKeyJson(script, { network, hex: false })
  const output = classifyOutput(script)
  if (!canBeRedeemScript(output, script)) return shown
  const p2sh = encodeAddress(createP2sh(script), network)
  const segwit = wrapInSegwit(output, script)
  if (!segwit) return joinMembers(shown, { p2sh })
  const hash = hash160(script)
  const knowledge = { scriptOfHash: (wanted: Uint8Array) => (equalBytes(wanted, hash) ? script : undefined) }
  return joinMembers(shown, {
    p2sh,
    segwit: joinMembers(scriptPubKeyJson(segwit, { network, knowledge }), {
      'p2sh-segwit': encodeAddress(createP2sh(segwit), network),
    }),
  })
}

export function decodeScriptMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'decodescript',
      group: 'Rawtransactions',
      help: 'Shows a script.',
      params: [param('hexstring', 'hex', 'The script.')],
      handler: (args) => decodeScript(node, parseHexBytes(args.string('hexstring'), 'argument')),
    },
  ]
}
