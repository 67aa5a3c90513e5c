import { useEffect } from 'react';
import { useLocation } from 'wouter';

/** Whether a key is meant for what is typed into. */
function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** `/` goes to the filter of the page, or to the tasks and their filter. */
export function useFilterKey(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      const filter = document.querySelector<HTMLInputElement>('[data-filter]');
      if (filter === null) navigate('/tasks', { state: 'filter' });
      else filter.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate]);
}
