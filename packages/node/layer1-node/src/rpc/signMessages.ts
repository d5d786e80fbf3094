import { decodeAddress, decodeWif } from '@ply/primitives'
import { type JsonOutput, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import { signLegacyMessage, verifyLegacyMessage } from '@ply/wallet'
import type { Layer1Node } from '../layer1Node.ts'

const group = 'Util'

function signMessage({ network }: Layer1Node, wif: string, message: string): JsonOutput {
  const key = decodeWif(wif, network)
  if (!key.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Invalid private key')
  const signature = signLegacyMessage(key.value.secretKey, message, key.value.compressed)
  if (signature === undefined) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Sign failed')
  return signature
}

function verifyMessage(
  { network }: Layer1Node,
  { address, signature, message }: { readonly address: string; readonly signature: string; readonly message: string },
): JsonOutput {
  const script = decodeAddress(address, network)
  if (!script.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Invalid address')
  const verified = verifyLegacyMessage({ scriptPubKey: script.value, message, signature })
  if (verified.ok) return true
  switch (verified.error) {
    case 'address-no-key':
      throw new RpcError(RPC_ERROR.type, 'Address does not refer to key')
    case 'malformed-signature':
      throw new RpcError(RPC_ERROR.type, 'Malformed base64 encoding')
    case 'public-key-not-recovered':
    case 'message-not-signed':
      return false
  }
}

export function signMessageMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'signmessagewithprivkey',
      group,
      help: 'Signs a message with a secret key, for its P2PKH address.',
      params: [param('privkey', 'string', 'The secret key (WIF).'), param('message', 'string', 'The message.')],
      handler: (args) => signMessage(node, args.string('privkey'), args.string('message')),
    },
    {
      name: 'verifymessage',
      group,
      help: 'Whether the key of a P2PKH address signed a message.',
      params: [
        param('address', 'string', 'The address.'),
        param('signature', 'string', 'The signature, in base64.'),
        param('message', 'string', 'The message.'),
      ],
      handler: (args) =>
        verifyMessage(node, {
          address: args.string('address'),
          signature: args.string('signature'),
          message: args.string('message'),
        }),
    },
  ]
}
