// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { BlockchainMethods } from './blockchainMethods.ts'
import type { BlockchainMethods2 } from './blockchainMethods2.ts'
import type { ControlMethods } from './controlMethods.ts'
import type { DevelopmentMethods } from './developmentMethods.ts'
import type { GeneratingMethods } from './generatingMethods.ts'
import type { HiddenMethods } from './hiddenMethods.ts'
import type { LightningMethods } from './lightningMethods.ts'
import type { MiningMethods } from './miningMethods.ts'
import type { NetworkMethods } from './networkMethods.ts'
import type { PlaygroundMethods } from './playgroundMethods.ts'
import type { RawtransactionsMethods } from './rawtransactionsMethods.ts'
import type { SignerMethods } from './signerMethods.ts'
import type { UtilMethods } from './utilMethods.ts'
import type { WalletMethods } from './walletMethods.ts'
import type { WalletMethods2 } from './walletMethods2.ts'
import type { ZmqMethods } from './zmqMethods.ts'
import type { LightningChannelsMethods } from './lightningChannelsMethods.ts'
import type { LightningControlMethods } from './lightningControlMethods.ts'
import type { LightningHiddenMethods } from './lightningHiddenMethods.ts'
import type { LightningInvoicesMethods } from './lightningInvoicesMethods.ts'
import type { LightningNetworkMethods } from './lightningNetworkMethods.ts'
import type { LightningNodeMethods } from './lightningNodeMethods.ts'
import type { LightningPaymentsMethods } from './lightningPaymentsMethods.ts'
import type { LightningPeersMethods } from './lightningPeersMethods.ts'
import type { LightningWalletMethods } from './lightningWalletMethods.ts'

/** Methods at `/`. */
export interface Layer1Rpc
  extends
    BlockchainMethods,
    BlockchainMethods2,
    ControlMethods,
    DevelopmentMethods,
    GeneratingMethods,
    HiddenMethods,
    LightningMethods,
    MiningMethods,
    NetworkMethods,
    PlaygroundMethods,
    RawtransactionsMethods,
    SignerMethods,
    UtilMethods,
    WalletMethods,
    WalletMethods2,
    ZmqMethods {}

/** Methods at `/lightning/<name>`. */
export interface LightningRpc
  extends
    LightningChannelsMethods,
    LightningControlMethods,
    LightningHiddenMethods,
    LightningInvoicesMethods,
    LightningNetworkMethods,
    LightningNodeMethods,
    LightningPaymentsMethods,
    LightningPeersMethods,
    LightningWalletMethods {}
