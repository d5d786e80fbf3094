import { bytesToHex, decodeHex, equalBytes } from '@ply/bytes'
import { hash160, isPublicKey } from '@ply/crypto'
import { encodeAddress } from '@ply/primitives'
import {
  expectString,
  type Json,
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import { createMultisig, createP2sh, createP2wsh, MAX_PUBKEYS_PER_MULTISIG, MAX_SCRIPT_ELEMENT_SIZE } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { inferDescriptor } from './json/scriptJson.ts'
import { PUBLIC_KEYS } from './paramShapes.ts'

type AddressType = 'legacy' | 'p2sh-segwit' | 'bech32'

function refuseKey(text: string, reason: string): never {
  throw new RpcError(RPC_ERROR.invalidAddressOrKey, `Pubkey "${text}" must ${reason}`)
}

function readPublicKey(value: Json): Uint8Array {
  const text = expectString(value)
  const decoded = decodeHex(text.toLowerCase())
  if (!decoded.ok || text === '') return refuseKey(text, 'be a hex string')
  const { length } = decoded.value
  if (length !== 33 && length !== 65) refuseKey(text, 'have a length of either 33 or 65 bytes')
  return isPublicKey(decoded.value) ? decoded.value : refuseKey(text, 'be cryptographically valid.')
}

function readAddressType(text: string): AddressType {
  if (text === 'legacy' || text === 'p2sh-segwit' || text === 'bech32') return text
  throw new RpcError(
    RPC_ERROR.invalidAddressOrKey,
    text === 'bech32m' ? 'createmultisig cannot create bech32m multisig addresses' : `Unknown address type '${text}'`,
  )
}

function checkNumbers(required: number, keys: readonly Uint8Array[]): void {
  const refuse = (message: string): never => {
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  if (required < 1) refuse('a multisignature address must require at least one key to redeem')
  if (keys.length < required) {
    refuse(`not enough keys supplied (got ${keys.length} keys, but need at least ${required} to redeem)`)
  }
  if (keys.length > MAX_PUBKEYS_PER_MULTISIG) {
    refuse(
      `Number of keys involved in the multisignature address creation > ${MAX_PUBKEYS_PER_MULTISIG}\nReduce the number`,
    )
  }
}

/** The output that pays to a redeem script, in the wanted form. */
function createOutput(script: Uint8Array, type: AddressType): Uint8Array {
  switch (type) {
    case 'legacy':
      return createP2sh(script)
    case 'p2sh-segwit':
      return createP2sh(createP2wsh(script))
    case 'bech32':
      return createP2wsh(script)
  }
}

function createMultisigAddress({ network }: Layer1Node, args: RpcArguments): JsonOutput {
  const required = args.integer('nrequired')
  const keys = args.array('keys').map(readPublicKey)
  const wanted = readAddressType(args.string('address_type'))
  checkNumbers(required, keys)
  const script = createMultisig(required, keys)
  // BIP 143: no other keys in segwit.
  const type = keys.every((key) => key.length === 33) ? wanted : 'legacy'
  if (type === 'legacy' && script.length > MAX_SCRIPT_ELEMENT_SIZE) {
    const message = `redeemScript exceeds size limit: ${script.length} > ${MAX_SCRIPT_ELEMENT_SIZE}`
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const output = createOutput(script, type)
  const scripts = [script, createP2wsh(script)]
  const scriptOfHash = (hash: Uint8Array): Uint8Array | undefined =>
    scripts.find((candidate) => equalBytes(hash160(candidate), hash))
  const warning = 'Unable to make chosen address type, please ensure no uncompressed public keys are present.'
  return {
    address: encodeAddress(output, network),
    redeemScript: bytesToHex(script),
    descriptor: inferDescriptor(output, network, { scriptOfHash }),
    warnings: type === wanted ? undefined : [warning],
  }
}

export function createMultisigMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'createmultisig',
      group: 'Util',
      help: 'Makes an address that some of several keys can spend from.',
      params: [
        param('nrequired', 'number', 'How many keys must sign.'),
        param('keys', 'array', 'The public keys, in hexadecimal.', { shape: PUBLIC_KEYS, form: '["key",...]' }),
        optional('address_type', 'string', 'legacy, p2sh-segwit or bech32.', { default: 'legacy' }),
      ],
      handler: (args) => createMultisigAddress(node, args),
    },
  ]
}
