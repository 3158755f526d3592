export * from './clock.js';
export * from './config/gateway-config.js';
export * from './config/read-gateway-config.js';
export * from './create-device-gateway.js';
