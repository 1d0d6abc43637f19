// The wallet's language: spoken by all of its pages, chosen on the first one and in the settings.
import { MantineThemeProvider, NativeSelect, useDirection } from "@mantine/core";
import { IconLanguage } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { formatLanguage } from "../shared/format.ts";
import { LoadingPage } from "../shared/Loading.tsx";
import {
  directionOf,
  keepLanguage,
  LANGUAGES,
  preferredLanguage,
  speak,
  t,
  useLanguage,
} from "../shared/language.ts";
import { useTask } from "../shared/useTask.ts";
import { Doing } from "./Sorry.tsx";

/** Loads the language of this device and tells the document, so that screen readers and the layout follow. */
export function InLanguage({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const { setDirection } = useDirection();
  useEffect(() => {
    // Without its file the pages are in English.
    speak(preferredLanguage()).catch(() => speak("en"));
  }, []);
  useEffect(() => {
    if (language === undefined) return;
    document.documentElement.lang = language;
    setDirection(directionOf(language));
  }, [language, setDirection]);
  if (language === undefined) return <LoadingPage />;
  return <MantineThemeProvider theme={named()}>{children}</MantineThemeProvider>;
}

/** What the library's own buttons are called: the rest of the theme stays as it is. */
function named() {
  const close = { defaultProps: { closeButtonProps: { "aria-label": t("Close") } } };
  const label = { "aria-label": t("Show or hide what is typed") };
  const typed = { defaultProps: { visibilityToggleButtonProps: label } };
  return { components: { Modal: close, Drawer: close, PasswordInput: typed } };
}

/** Each language under its own name: whoever reads no other finds it. */
export function LanguageChoice() {
  const language = useLanguage();
  const task = useTask();
  const choose = (next: string) =>
    void task.run(async () => {
      await speak(next);
      keepLanguage(next);
    });
  return (
    <div>
      <NativeSelect
        label={t("Language")}
        leftSection={<IconLanguage size={18} aria-hidden />}
        maw={280}
        data={LANGUAGES.map((value) => ({ value, label: nameOf(value) }))}
        value={language}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <Doing task={task} />
    </div>
  );
}

/** "Deutsch", "Español": as the beginning of a line. */
function nameOf(language: string): string {
  const name = formatLanguage(language, language);
  return name.slice(0, 1).toLocaleUpperCase(language) + name.slice(1);
}
