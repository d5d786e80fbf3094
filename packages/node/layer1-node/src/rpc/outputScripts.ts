import { bytesToHex } from '@ply/bytes'
import { decodeAddress, encodeAddress, explainAddressErrors, parseWitnessProgram } from '@ply/primitives'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import {
  classifyOutput,
  computeDescriptorChecksum,
  type Descriptor,
  deriveOutputs,
  expandMultipath,
  formatDescriptor,
  isP2a,
  isP2sh,
  isRanged,
  parseDescriptor,
} from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { createMultisigMethods } from './createMultisig.ts'
import { readRange } from './descriptor.ts'

const group = 'Util'

/** What the form of a scriptPubKey says about it. */
function describeScript(script: Uint8Array): Record<string, JsonOutput> {
  if (isP2a(script)) return { isscript: true, iswitness: true }
  const witness = parseWitnessProgram(script)
  if (!witness) return { isscript: isP2sh(script), iswitness: false }
  const isKnown = classifyOutput(script).type !== 'witness_unknown'
  return {
    isscript: isKnown ? witness.program.length === 32 : undefined,
    iswitness: true,
    witness_version: witness.version,
    witness_program: bytesToHex(witness.program),
  }
}

function validateAddress({ network }: Layer1Node, text: string): JsonOutput {
  const script = decodeAddress(text, network)
  if (!script.ok) {
    const { message, positions } = explainAddressErrors(text, network)
    return { isvalid: false, error_locations: positions, error: message }
  }
  return {
    isvalid: true,
    address: encodeAddress(script.value, network) ?? text,
    scriptPubKey: bytesToHex(script.value),
    ...describeScript(script.value),
  }
}

function readDescriptor({ network }: Layer1Node, text: string, requireChecksum: boolean): Descriptor {
  const parsed = parseDescriptor(text, network, { requireChecksum })
  if (!parsed.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, parsed.error.message)
  return parsed.value
}

function describeDescriptor(node: Layer1Node, text: string): JsonOutput {
  const descriptor = readDescriptor(node, text, false)
  const expanded = expandMultipath(descriptor).map((one) => formatDescriptor(one))
  const { type } = descriptor
  return {
    descriptor: expanded[0],
    multipath_expansion: expanded.length > 1 ? expanded : undefined,
    checksum: computeDescriptorChecksum(text.split('#')[0]!) ?? '',
    isrange: isRanged(descriptor),
    issolvable: type !== 'addr' && type !== 'raw',
    hasprivatekeys: formatDescriptor(descriptor, 'private') !== formatDescriptor(descriptor),
  }
}

function addressesAt({ network }: Layer1Node, descriptor: Descriptor, index: number): string[] {
  const outputs = deriveOutputs(descriptor, index)
  if (!outputs.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Cannot derive script without private keys')
  const addresses: string[] = []
  for (const { scriptPubKey } of outputs.value) {
    const address = encodeAddress(scriptPubKey, network)
    // One of the outputs of combo() pays to the key as such: no address for that one.
    if (address === undefined && outputs.value.length > 1) continue
    if (address === undefined) {
      throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Descriptor does not have a corresponding address')
    }
    addresses.push(address)
  }
  return addresses
}

function deriveAddresses(node: Layer1Node, args: RpcArguments): JsonOutput {
  const [from, to] = args.has('range') ? readRange(args.value('range')) : [0, 0]
  const descriptor = readDescriptor(node, args.string('descriptor'), true)
  const ranged = isRanged(descriptor)
  // A range of null counts as one, as in Bitcoin Core.
  if (ranged !== args.count > 1) {
    const message = ranged
      ? 'Range must be specified for a ranged descriptor'
      : 'Range should not be specified for an un-ranged descriptor'
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const lists = expandMultipath(descriptor).map((one) =>
    Array.from({ length: to - from + 1 }, (_, i) => addressesAt(node, one, from + i)).flat(),
  )
  if (lists.some((list) => list.length === 0)) throw new RpcError(RPC_ERROR.misc, 'Unexpected empty result')
  return lists.length === 1 ? lists[0] : lists
}

export function outputScriptMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'validateaddress',
      group,
      help: 'Return information about the given bitcoin address.',
      params: [param('address', 'string', 'The address.')],
      handler: (args) => validateAddress(node, args.string('address')),
    },
    ...createMultisigMethods(node),
    {
      name: 'getdescriptorinfo',
      group,
      help: 'Checks a descriptor and computes its checksum.',
      params: [param('descriptor', 'string', 'The descriptor.')],
      handler: (args) => describeDescriptor(node, args.string('descriptor')),
    },
    {
      name: 'deriveaddresses',
      group,
      help: 'The addresses of a descriptor; of a multipath descriptor a list for each path.',
      params: [
        param('descriptor', 'string', 'The descriptor, with its checksum.'),
        optional('range', 'any', 'End, or [begin, end], of the indexes.'),
      ],
      handler: (args) => deriveAddresses(node, args),
    },
  ]
}
