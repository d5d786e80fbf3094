import { bytesToHex } from '@ply/bytes'
import { decodeAddress, encodeAddress, parseWitnessProgram } from '@ply/primitives'
import { btcAmount, type Json, type JsonOutput, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import { computeDescriptorChecksum, formatDescriptor, isRanged, parseDescriptor } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { expandDescriptor, readRange } from './descriptor.ts'

const group = 'Util'
const MAX_TARGET = 1008

function validateAddress({ network }: Layer1Node, text: string): JsonOutput {
  const script = decodeAddress(text, network)
  if (!script.ok)
    return { isvalid: false, error_locations: [], error: 'Invalid or unsupported Segwit (Bech32) or Base58 encoding.' }
  const witness = parseWitnessProgram(script.value)
  return {
    isvalid: true,
    address: encodeAddress(script.value, network) ?? text,
    scriptPubKey: bytesToHex(script.value),
    isscript: witness ? witness.program.length === 32 : script.value[0] === 0xa9,
    iswitness: witness !== undefined,
    witness_version: witness?.version,
    witness_program: witness && bytesToHex(witness.program),
  }
}

function deriveAddresses({ network }: Layer1Node, text: string, range: Json | undefined): JsonOutput {
  const parsed = parseDescriptor(text, network, { requireChecksum: true })
  if (!parsed.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, parsed.error.message)
  const ranged = isRanged(parsed.value)
  if (ranged !== (range !== undefined)) {
    const message = ranged
      ? 'Range must be specified for a ranged descriptor'
      : 'Range should not be specified for an un-ranged descriptor'
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const scripts = expandDescriptor(text, network, ranged ? readRange(range) : [0, 0])
  if (!scripts.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, scripts.error)
  return scripts.value.map((script) => {
    const address = encodeAddress(script, network)
    if (address === undefined) {
      throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Descriptor does not have a corresponding address')
    }
    return address
  })
}

export function utilMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getindexinfo',
      group,
      help: 'State of the indexes.',
      params: [optional('index_name', 'string', 'Only this one.')],
      handler: (args) => {
        const name = args.string('index_name', 'txindex') || 'txindex'
        if (!node.txIndex || name !== 'txindex') return {}
        return { txindex: { synced: true, best_block_height: node.chain.tip.height } }
      },
    },
    {
      name: 'validateaddress',
      group,
      help: 'Whether an address is one, and what it stands for.',
      params: [param('address', 'string', 'The address.')],
      handler: (args) => validateAddress(node, args.string('address')),
    },
    {
      name: 'estimatesmartfee',
      group,
      help: 'The feerate per kvB that confirms a transaction within some blocks.',
      params: [param('conf_target', 'number', 'Blocks.'), optional('estimate_mode', 'string', 'Not used.')],
      handler: (args) => {
        const target = args.integer('conf_target')
        if (target < 1 || target > MAX_TARGET) {
          const message = `Invalid conf_target, must be between 1 and ${MAX_TARGET}`
          throw new RpcError(RPC_ERROR.invalidParameter, message)
        }
        const { mempool } = node
        return { feerate: btcAmount(mempool.estimator.estimate(target, mempool.minFeeRate()).feeRate), blocks: target }
      },
    },
    {
      name: 'getdescriptorinfo',
      group,
      help: 'Checks a descriptor and computes its checksum.',
      params: [param('descriptor', 'string', 'The descriptor.')],
      handler: (args) => {
        const text = args.string('descriptor')
        const parsed = parseDescriptor(text, node.network)
        if (!parsed.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, parsed.error.message)
        const descriptor = formatDescriptor(parsed.value)
        const checksum = computeDescriptorChecksum(text.split('#')[0]!) ?? ''
        return {
          descriptor,
          checksum,
          isrange: isRanged(parsed.value),
          issolvable: parsed.value.type !== 'addr' && parsed.value.type !== 'raw',
          hasprivatekeys: formatDescriptor(parsed.value, 'private') !== descriptor,
        }
      },
    },
    {
      name: 'deriveaddresses',
      group,
      help: 'The addresses of a descriptor.',
      params: [
        param('descriptor', 'string', 'The descriptor, with its checksum.'),
        optional('range', 'any', 'End, or [begin, end], of the indexes.'),
      ],
      handler: (args) => deriveAddresses(node, args.string('descriptor'), args.value('range')),
    },
  ]
}
