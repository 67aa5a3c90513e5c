export { type Answer, type Method, openApi, type TestApi } from './api.ts';
export { aController, adminToken, type Controller, request, tokenOf } from './controller.ts';
export { HOOK_FLEET, SECRETS, sign, SPARE, STANDARD } from './hook-fleet.ts';
