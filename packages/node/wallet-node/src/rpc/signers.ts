import { decodeAddress } from '@ply/primitives'
import { type JsonOutput, param, type RpcArguments, type RpcMethod } from '@ply/rpc'
import type { NodeWallet } from '../nodeWallet.ts'
import type { Signers } from '../signer/signers.ts'
import { describeScript } from '../solving.ts'
import { invalidAddress, miscError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { walletMethod } from './walletMethod.ts'

/** What -signer finds; there without wallets, too. */
export const signerMethods = (signers: Signers): RpcMethod[] => [
  {
    name: 'enumeratesigners',
    group: 'Signer',
    help: 'The external signers that -signer finds, each fingerprint once.',
    params: [],
    handler: async () => ({
      signers: (await signers.all()).map(({ fingerprint, name }) => ({ fingerprint, name })),
    }),
  },
]

async function displayAddress(args: RpcArguments, { wallet, signers }: NodeWallet): Promise<JsonOutput> {
  const text = args.string('address')
  const script = decodeAddress(text, wallet.network)
  if (!script.ok) throw invalidAddress('Invalid address')
  const descriptor = wallet.flags.externalSigner ? describeScript(wallet, script.value) : undefined
  if (descriptor === undefined) throw miscError('There is no ScriptPubKeyManager for this address')
  const signer = await signers.need()
  const shown = await signer.display(descriptor)
  if (shown !== text) throw miscError(`Signer echoed unexpected address ${shown}`)
  return { address: text }
}

/** A wallet whose keys are in an external signer. */
export const displayMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'walletdisplayaddress',
      help: 'Shows an address on the external signer, to compare it with.',
      params: [param('address', 'string', 'An address of the wallet.')],
      handler: displayAddress,
    },
  ].map(walletMethod(host))
