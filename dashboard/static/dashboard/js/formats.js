// Numbers and dates, the same on every page.

const formats = new Map();

function formatOf(digits, sign) {
  const key = `${digits}${sign}`;
  if (!formats.has(key)) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    formats.set(key, new Intl.NumberFormat("en", sign ? { ...options, signDisplay: "exceptZero" } : options));
  }
  return formats.get(key);
}

/** 12345.6 as "12,345.6", with a real minus; "–" where there is none. */
export function number(value, digits = 0, sign = false) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return formatOf(digits, sign).format(value === 0 ? 0 : value).replace("-", "\u2212");
}

export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = 86_400_000;

/** Dates are plain days, kept as whole days since 1970: no time zone ever touches them. */
export const toDay = (iso) => Date.parse(`${iso}T00:00:00Z`) / DAY;
export const toISO = (day) => new Date(day * DAY).toISOString().slice(0, 10);

/** 1995-07-04 as "4 Jul 1995". */
export function date(iso) {
  const [year, month, day] = iso.split("-");
  return `${+day} ${MONTHS[month - 1]} ${year}`;
}

/** An instant as "3 hours ago"; the element should carry the exact one in its title. */
export function ago(iso, now = Date.now()) {
  const seconds = (Date.parse(iso) - now) / 1000;
  const steps = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
