export { createTcpTransport, UNIX_PREFIX, type Proxies, type TcpOptions } from './tcpTransport.ts'
export { I2pRouter, type I2pHandlers, type I2pRouterFields } from './sam/i2pRouter.ts'
export { type LookUp, noLookUp, resolveNames, systemLookUp } from './lookUp.ts'
export { formatHostAndPort, parseHostAndPort, type HostAndPort } from './address.ts'
