import type { Codec } from './codec.ts'
import { type LocatorRequest, locatorCodec } from './locator.ts'

/** Asks for an `inv` of up to 500 blocks behind the locator. */
export const getblocks: Codec<LocatorRequest> = locatorCodec
