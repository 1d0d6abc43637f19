// Forms as far as they are filled in, kept sealed with every change: locking, or closing the page, loses none of it.
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import type { z } from "zod";
import { KeptData } from "../../prover/kept.ts";
import { useWallet } from "./session.tsx";

const Drafts = createContext<KeptData | undefined>(undefined);

/** Keeps the drafts of the open wallet. Outside of it a form lives as long as its page. */
export function DraftsProvider({ children }: { children: ReactNode }) {
  const { wallet } = useWallet();
  const [kept] = useState(() => new KeptData(wallet.seed));
  return <Drafts value={kept}>{children}</Drafts>;
}

type FormDraft<T> = {
  readonly value: T;
  readonly change: (part: Partial<T>) => void;
  /** It goes on from an earlier time. */
  readonly isResumed: boolean;
  /** What was changed last lies on the device. */
  readonly isKept: boolean;
  /** Once it was sent, or is not wanted any more. */
  readonly forget: () => Promise<void>;
};

/** A form's state, kept under a name that says which form of what it is. `schema` stays the same object. */
export function useFormDraft<T extends object>(of: {
  name: string;
  start: T;
  schema: z.ZodType<T>;
}): FormDraft<T> {
  const { start, schema } = of;
  const kept = useContext(Drafts);
  const place = `form ${of.name}`;
  const [value, setValue] = useState<T>(start);
  const [isResumed, setResumed] = useState(false);
  const [keptLast, setKeptLast] = useState<T>();
  const isTouched = useRef(false);
  const saving = useRef<Promise<void>>(Promise.resolve());
  useEffect(() => {
    let isCurrent = true;
    const resume = async () => {
      const draft = schema.safeParse((await kept?.get(place))?.value);
      // Whoever has begun anew meanwhile goes on with that.
      if (!isCurrent || isTouched.current || !draft.success) return;
      setValue(draft.data);
      setResumed(true);
    };
    void resume().catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [kept, place, schema]);
  const later = (act: () => Promise<void>) => {
    // A device without room keeps no draft; what is filled in stays on the page.
    saving.current = saving.current.then(act).catch(() => {});
    return saving.current;
  };
  return {
    value,
    isResumed,
    isKept: value === keptLast,
    change: (part) => {
      isTouched.current = true;
      const next = { ...value, ...part };
      setValue(next);
      void later(async () => {
        if (kept === undefined) return;
        await kept.put(place, next);
        setKeptLast(next);
      });
    },
    forget: () => later(async () => kept?.remove(place)),
  };
}
