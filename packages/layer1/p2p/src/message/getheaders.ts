import type { Codec } from './codec.ts'
import { type LocatorRequest, locatorCodec } from './locator.ts'

/** Asks for up to 2000 headers behind the newest locator hash that the receiver knows. */
export const getheaders: Codec<LocatorRequest> = locatorCodec
