import {
  type JsonOutput,
  optional,
  type ParamType,
  RPC_ERROR,
  type RpcArguments,
  type RpcContext,
  RpcError,
  type RpcMethod,
  type RpcParam,
} from '@ply/rpc'
import type { NodeWallet } from '../nodeWallet.ts'
import type { WalletHost } from '../walletHost.ts'
import { OPTION_HELP, type OptionName } from './optionHelp.ts'

const ENDPOINT = '/wallet/'

/** The wallet that a request's path names, if it names one. */
export const walletName = ({ path }: RpcContext): string | undefined =>
  path.startsWith(ENDPOINT) ? path.slice(ENDPOINT.length) : undefined

/** The wallet of a request: that of its path, or the only one there is. Errors -18 and -19 in Bitcoin Core's words. */
export function walletOf(host: WalletHost, context: RpcContext): NodeWallet {
  const name = walletName(context)
  if (name !== undefined) {
    const named = host.get(name)
    if (named) return named
    throw new RpcError(RPC_ERROR.walletNotFound, 'Requested wallet does not exist or is not loaded')
  }
  const [only, ...others] = host.loaded()
  if (!only) {
    throw new RpcError(
      RPC_ERROR.walletNotFound,
      'No wallet is loaded. Load a wallet using loadwallet or create a new one with createwallet. (Note: A default wallet is no longer automatically created)',
    )
  }
  if (others.length === 0) return only
  throw new RpcError(
    RPC_ERROR.walletNotSpecified,
    'Multiple wallets are loaded. Please select which wallet to use by requesting the RPC through the /wallet/<walletname> URI path.',
  )
}

export interface WalletMethod {
  readonly name: string
  readonly help: string
  readonly params: readonly RpcParam[]
  handler(args: RpcArguments, wallet: NodeWallet): JsonOutput | Promise<JsonOutput>
}

/** Methods that choose coins: one after the other, so that no two choose the same. */
const SPENDING: ReadonlySet<string> = new Set([
  'sendtoaddress',
  'sendmany',
  'send',
  'sendall',
  'bumpfee',
  'psbtbumpfee',
  'fundrawtransaction',
  'walletcreatefundedpsbt',
])

/** A method that is about one wallet; what it changed is on disk before the answer goes out. */
export const walletMethod =
  (host: WalletHost) =>
  ({ handler, ...method }: WalletMethod): RpcMethod => ({
    ...method,
    group: 'Wallet',
    handler: async (args, context) => {
      const wallet = walletOf(host, context)
      try {
        const run = async (): Promise<JsonOutput> => handler(args, wallet)
        return await (SPENDING.has(method.name) ? wallet.spendInTurn(run) : run())
      } finally {
        await wallet.save()
      }
    },
  })

/** An object of options, whose members may also be given by name beside the parameters. */
export const optionsParam = (
  help: string,
  members: Readonly<Partial<Record<OptionName, ParamType>>>,
  name = 'options',
): RpcParam => ({
  ...optional(name, 'object', help),
  options: (Object.keys(members) as OptionName[]).map((member) =>
    optional(member, members[member]!, OPTION_HELP[member]),
  ),
})

/** Error -13 while the secrets cannot be read. */
export function ensureUnlocked(wallet: NodeWallet): void {
  if (!wallet.isLocked) return
  throw new RpcError(
    RPC_ERROR.walletUnlockNeeded,
    'Error: Please enter the wallet passphrase with walletpassphrase first.',
  )
}

/** A label argument; '' where it is left out. */
export function readLabel(args: RpcArguments, name: string): string {
  const label = args.string(name, '')
  if (label === '*') throw new RpcError(RPC_ERROR.walletInvalidLabelName, 'Invalid label name')
  return label
}
