import type { ComponentType } from 'react';
import { Overview } from './pages/overview/overview.tsx';
import { Questions } from './pages/questions/questions.tsx';
import { Schedule } from './pages/schedule/schedule.tsx';
import { TaskPage } from './pages/task/task.tsx';
import { Tasks } from './pages/tasks/tasks.tsx';

/** A page. */
export interface Page {
  /** Path, with names of parts as wouter has them. */
  readonly path: string;
  readonly component: ComponentType;

  /** As it stands in the navigation. @default not there */
  readonly label?: string;

  /** Drawing of 16 by 16. @default none */
  readonly icon?: string;
}

/** All pages. A new one is a folder below `pages/` and a line here. */
export const PAGES: readonly Page[] = [
  { path: '/', component: Overview, label: 'Overview', icon: 'M2.5 9.5h4v4h-4zm7-7h4v4h-4zm-7 0h4v4h-4zm7 7h4v4h-4z' },
  { path: '/tasks', component: Tasks, label: 'Tasks', icon: 'M2.5 4h11m-11 4h11m-11 4h7' },
  { path: '/tasks/:task', component: TaskPage },
  { path: '/questions', component: Questions, label: 'Questions', icon: 'M2.5 3h11v8h-6l-3 2.5V11h-2z' },
  { path: '/schedule', component: Schedule, label: 'Schedule', icon: 'M8 3v10M3 8h10' },
];
