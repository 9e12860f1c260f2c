// What the calendar page needs of FullCalendar, as one file: all of it would be twice as large.
import { Calendar } from "fullcalendar";
import dayGrid from "fullcalendar/daygrid";
import timeGrid from "fullcalendar/timegrid";
import list from "fullcalendar/list";
import interaction from "fullcalendar/interaction";
import theme from "fullcalendar/themes/classic";
import es from "fullcalendar/locales/es";
import "fullcalendar/skeleton.css";
import "fullcalendar/themes/classic/theme.css";
import "fullcalendar/themes/classic/palette.css";

window.FullCalendar = { Calendar, plugins: [dayGrid, timeGrid, list, interaction, theme], locales: [es] };
