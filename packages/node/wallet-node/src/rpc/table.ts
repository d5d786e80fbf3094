import { type DescribedMethod, describeMethods, type RpcMethod } from '@ply/rpc'
import type { Signers } from '../signer/signers.ts'
import type { WalletHost } from '../walletHost.ts'
import { addressInfoMethods } from './addressInfo.ts'
import { addressMethods } from './addresses.ts'
import { bumpFeeMethods } from './bumpFees.ts'
import { coinMethods } from './coins.ts'
import { descriptorMethods } from './descriptors.ts'
import { encryptionMethods } from './encryption.ts'
import { fundingMethods } from './funding.ts'
import { groupingMethods } from './groupings.ts'
import { hdKeyMethods } from './hdKeys.ts'
import { infoMethods } from './info.ts'
import { labelMethods } from './labels.ts'
import { migrationMethods } from './migration.ts'
import { messageMethods } from './messages.ts'
import { prunedFundsMethods } from './prunedFunds.ts'
import { psbtMethods } from './psbts.ts'
import { receivedMethods } from './received.ts'
import { rescanMethods } from './rescans.ts'
import { SIGNER_ERRORS, WALLET_ERRORS } from './errors.ts'
import { SIGNER_RESULTS, WALLET_RESULTS } from './results.ts'
import { sendMethods } from './send.ts'
import { sendAllMethods } from './sendAll.ts'
import { sendMoneyMethods } from './sendMoney.ts'
import { signRawMethods } from './signRaw.ts'
import { displayMethods, signerMethods } from './signers.ts'
import { simulateMethods } from './simulate.ts'
import { transactionMethods } from './transactions.ts'
import { watchOnlyMethods } from './watchOnly.ts'
import { walletsMethods } from './wallets.ts'

/** Everything that the wallets of a node answer, with Bitcoin Core's method names. */
export const createWalletMethods = (host: WalletHost): DescribedMethod[] =>
  describeMethods(listMethods(host), { results: WALLET_RESULTS, errors: WALLET_ERRORS })

/** What -signer finds: asked for without wallets, too. */
export const createSignerMethods = (signers: Signers): DescribedMethod[] =>
  describeMethods(signerMethods(signers), { results: SIGNER_RESULTS, errors: SIGNER_ERRORS })

const listMethods = (host: WalletHost): RpcMethod[] => [
  ...walletsMethods(host),
  ...migrationMethods(host),
  ...infoMethods(host),
  ...addressMethods(host),
  ...addressInfoMethods(host),
  ...labelMethods(host),
  ...groupingMethods(host),
  ...coinMethods(host),
  ...receivedMethods(host),
  ...transactionMethods(host),
  ...descriptorMethods(host),
  ...hdKeyMethods(host),
  ...rescanMethods(host),
  ...prunedFundsMethods(host),
  ...watchOnlyMethods(host),
  ...encryptionMethods(host),
  ...sendMoneyMethods(host),
  ...sendMethods(host),
  ...sendAllMethods(host),
  ...fundingMethods(host),
  ...psbtMethods(host),
  ...signRawMethods(host),
  ...bumpFeeMethods(host),
  ...messageMethods(host),
  ...simulateMethods(host),
  ...displayMethods(host),
]
