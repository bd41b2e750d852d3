/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/backtest_chart.h"

#include <math.h>

#define WIDTH 640.0
#define HEIGHT 320.0
#define LEFT 60.0
#define RIGHT 16.0
#define TOP 30.0
#define BOTTOM 48.0
#define LEGEND_STEP 190.0

double chart_step(double length)
{
    if (!(length > 0))
        return 1;
    double power = pow(10, floor(log10(length / 4))), times = length / 4 / power;
    return power * (times >= 5 ? 5 : times >= 2 ? 2 : 1);
}

/* Both axes begin at 0: a chart that does not exaggerates. */
struct scales {
    double x_most, y_most;
};

static double x_of(const struct scales *scales, double x) { return LEFT + x / scales->x_most * (WIDTH - LEFT - RIGHT); }

static double y_of(const struct scales *scales, double y)
{
    return HEIGHT - BOTTOM - y / scales->y_most * (HEIGHT - TOP - BOTTOM);
}

static double round_up(double value)
{
    double step = chart_step(value);
    return value > 0 ? ceil(value / step - 1e-9) * step : 1;
}

static struct scales fit(const struct chart *chart)
{
    double x = 0, y = 0;
    for (size_t s = 0; s < chart->count; s++)
        for (size_t i = 0; i < chart->series[s].count; i++) {
            x = fmax(x, isfinite(chart->series[s].x[i]) ? chart->series[s].x[i] : 0);
            y = fmax(y, isfinite(chart->series[s].y[i]) ? chart->series[s].y[i] : 0);
        }
    return (struct scales){round_up(x), round_up(y)};
}

static void begin(const char *label, struct buf *out)
{
    buf_printf(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">\n", WIDTH, HEIGHT, label);
}

static void y_axis(const struct scales *scales, struct buf *out)
{
    double step = chart_step(scales->y_most);
    for (double y = 0; y <= scales->y_most + step / 2; y += step)
        buf_printf(out,
                   "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                   "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
                   LEFT, WIDTH - RIGHT, y_of(scales, y), y_of(scales, y), LEFT - 8, y_of(scales, y) + 4, y);
}

static void x_axis(const struct scales *scales, struct buf *out)
{
    double step = chart_step(scales->x_most);
    for (double x = 0; x <= scales->x_most + step / 2; x += step)
        buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g</text>\n", x_of(scales, x),
                   HEIGHT - BOTTOM + 18, x);
}

static void names(const char *x_name, const char *y_name, struct buf *out)
{
    buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", (LEFT + WIDTH - RIGHT) / 2,
               HEIGHT - 8, x_name);
    buf_printf(out, "<text transform=\"translate(14 %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
               (TOP + HEIGHT - BOTTOM) / 2, y_name);
}

static bool is_drawn(const struct chart_series *series, size_t i)
{
    return isfinite(series->x[i]) && isfinite(series->y[i]);
}

static void draw(const struct chart_series *series, const struct scales *scales, struct buf *out)
{
    buf_printf(out, "<polyline class=\"line %s\" points=\"", series->class);
    for (size_t i = 0; i < series->count; i++)
        if (is_drawn(series, i))
            buf_printf(out, "%.1f,%.1f ", x_of(scales, series->x[i]), y_of(scales, series->y[i]));
    buf_add_c(out, "\"/>\n");
    for (size_t i = 0; i < series->count; i++)
        if (series->points && is_drawn(series, i))
            buf_printf(out, "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"/>\n", series->class,
                       x_of(scales, series->x[i]), y_of(scales, series->y[i]), series->is_marked ? "7" : "3.5");
}

static void legend(const struct chart *chart, struct buf *out)
{
    for (size_t s = 0; s < chart->count; s++) {
        const struct chart_series *series = &chart->series[s];
        double x = LEFT + (double)s * LEGEND_STEP;
        if (series->is_marked)
            buf_printf(out, "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"12\" r=\"7\"/>", series->class, x + 11);
        else
            buf_printf(out, "<line class=\"line %s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"12\" y2=\"12\"/>", series->class, x,
                       x + 22);
        buf_printf(out, "<text x=\"%.1f\" y=\"16\">%s</text>\n", x + 28, series->name);
    }
}

void chart_lines(const struct chart *chart, struct buf *out)
{
    struct scales scales = fit(chart);
    begin(chart->label, out);
    y_axis(&scales, out);
    x_axis(&scales, out);
    names(chart->x_name, chart->y_name, out);
    legend(chart, out);
    for (size_t s = 0; s < chart->count; s++)
        draw(&chart->series[s], &scales, out);
    buf_add_c(out, "</svg>\n");
}

void chart_bars(const char *label, const double *values, const struct str *texts, size_t count, struct buf *out)
{
    double most = 0, slot = count > 0 ? (WIDTH - LEFT - RIGHT) / (double)count : 0;
    size_t every = 1 + count / 10;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, values[i]);
    struct scales scales = {1, round_up(most)};
    begin(label, out);
    y_axis(&scales, out);
    for (size_t i = 0; i < count; i++) {
        double x = LEFT + (double)i * slot, y = y_of(&scales, values[i]);
        buf_printf(out, "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", x + slot * 0.1,
                   y, slot * 0.8, y_of(&scales, 0) - y);
        if (i % every == 0)
            buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.*s</text>\n", x + slot / 2,
                       HEIGHT - BOTTOM + 18, STR_ARG(texts[i]));
    }
    buf_add_c(out, "</svg>\n");
}
