export { environmentNames, loadEnvironment } from './load.ts';
export type { CatalogueTool, ToolCatalogue } from './tool-catalogue.ts';
export type { AskedRange, LockedImage, LockedPackage, LockedTool, ToolLock } from './tool-lock.ts';
export { readToolTexts, toolFiles } from './tools.ts';
