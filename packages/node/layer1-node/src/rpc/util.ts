import { bytesToHex } from '@ply/bytes'
import { decodeAddress, encodeAddress, parseWitnessProgram } from '@ply/primitives'
import { btcAmount, type JsonOutput, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import { computeDescriptorChecksum } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { expandDescriptor } from './descriptor.ts'

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

export function utilMethods(node: Layer1Node): RpcMethod[] {
  return [
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
        const expanded = expandDescriptor(text, node.network)
        if (!expanded.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, expanded.error)
        const [body = ''] = text.split('#')
        const checksum = computeDescriptorChecksum(body) ?? ''
        const solvable = !body.startsWith('addr(') && !body.startsWith('raw(')
        return {
          descriptor: `${body}#${checksum}`,
          checksum,
          isrange: body.includes('*'),
          issolvable: solvable,
          hasprivatekeys: false,
        }
      },
    },
  ]
}
