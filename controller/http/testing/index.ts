export { type Answer, openApi, type TestApi } from './api.ts';
export { aController, adminToken, type Controller, request } from './controller.ts';
