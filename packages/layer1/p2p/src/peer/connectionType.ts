import type { ConnectionKind } from '../event.ts'

/** Bitcoin Core's name of how a connection came about. */
export const connectionTypeName = (kind: ConnectionKind): string => (kind === 'outbound' ? 'outbound-full-relay' : kind)
