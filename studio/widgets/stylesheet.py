"""The style sheet of the standard widgets.

It holds nothing of the accent: setting a style sheet of the application takes 100 ms and more, too long for a colour
that follows the hand. What wears the accent paints itself (`Canvas`, `PrimaryButton`) or asks the palette of the
application; a widget that this sheet colours keeps the palette of the time when it was set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.widgets.colour import mix

if TYPE_CHECKING:  # the theme module imports this one
    from studio.widgets.theme import Theme

# Properties that a panel may set on a standard widget: flat=true on buttons without a surface,
# role=heading|muted|faint|warns|strong|title|chip on labels, and surface=panel|raised|window|popup on frames
# (a subclass of QWidget needs WA_StyledBackground for it).
_SHEET = """
* {{ outline: 0; }}
QMainWindow, QDialog, QWidget[surface="window"] {{ background: {window}; }}
QWidget[surface="panel"] {{ background: {panel}; }}
QWidget[surface="raised"] {{ background: {raised}; border-radius: 8px; }}
QWidget[surface="popup"] {{ background: {raised}; border: 1px solid {line}; }}
QLabel, QCheckBox, QRadioButton {{ background: transparent; color: {text}; }}
QLabel[role="heading"] {{ color: {text3}; font-size: 11px; font-weight: 600; letter-spacing: 0.7px; }}
QLabel[role="muted"] {{ color: {text2}; }}
QLabel[role="faint"] {{ color: {text3}; font-size: 11px; }}
QLabel[role="warns"] {{ color: {warning}; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="title"] {{ font-size: 15px; font-weight: 600; }}
QLabel:disabled {{ color: {disabled}; }}
QLabel[role="chip"] {{ background: {control}; border-radius: 6px; padding: 3px 8px; font-size: 12px; }}

QPushButton, QToolButton {{ background: {control}; color: {text}; border: 1px solid transparent; border-radius: 6px;
  padding: 0 12px; min-height: 26px; }}
QToolButton {{ padding: 0 8px; }}
QPushButton:hover, QToolButton:hover {{ background: {control_hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {line}; }}
QPushButton:checked, QToolButton:checked {{ background: {control_hover}; border-color: {text3}; }}
QPushButton:focus, QToolButton:focus {{ border: 1px solid {focus}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {disabled}; background: {raised}; }}
QPushButton[flat="true"], QToolButton[flat="true"] {{ background: transparent; color: {text2}; }}
QPushButton[flat="true"]:hover, QToolButton[flat="true"]:hover {{ background: {control}; color: {text}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QPushButton::menu-indicator {{ image: none; width: 0; }}
QToolButton[popupMode="1"] {{ padding-right: 28px; }}
QToolButton::menu-button {{ border: 0; border-left: 1px solid {menu_edge}; width: 20px; border-top-right-radius: 6px;
  border-bottom-right-radius: 6px; background: transparent; }}

QLineEdit, QPlainTextEdit, QTextEdit {{ background: {control}; color: {text}; border: 1px solid transparent;
  border-radius: 6px; padding: 0 8px; min-height: 26px; selection-background-color: {text2};
  selection-color: {panel}; }}
QPlainTextEdit, QTextEdit {{ padding: 6px 8px; }}
QLineEdit:hover {{ background: {control_hover}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border: 1px solid {focus}; }}
QLineEdit:disabled {{ color: {disabled}; background: {raised}; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ background: transparent; border: 0; min-height: 0; padding: 0 4px; }}
QComboBox QAbstractItemView {{ background: {raised}; color: {text}; border: 1px solid {line};
  padding: 4px; selection-background-color: {control_hover}; selection-color: {text}; }}
QComboBox QAbstractItemView::item {{ min-height: 26px; padding: 0 8px; border: 0; border-radius: 4px; }}
QComboBox QAbstractItemView::item:selected {{ background: {control_hover}; color: {text}; }}

QCheckBox, QRadioButton {{ spacing: 8px; min-height: 24px; }}

QSlider:horizontal {{ min-height: 22px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {control}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {text3}; }}
QSlider::handle:horizontal {{ width: 14px; border-radius: 7px; background: {knob};
  border: 1px solid {scroll}; margin: -6px 0; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {focus}; width: 12px; }}

QTabBar {{ background: transparent; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {text2}; border-radius: 6px; padding: 0 14px; min-height: 26px;
  margin: 0 2px; border: 1px solid transparent; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected {{ background: {control}; color: {text}; font-weight: 600; }}
QTabBar::tab:focus {{ border-color: {focus}; }}
QTabWidget::pane {{ border: 0; }}

QMenuBar {{ background: {window}; color: {text2}; border: 0; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {control}; color: {text}; }}
QMenu {{ background: {raised}; color: {text}; border: 1px solid {line}; border-radius: 8px; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {control_hover}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}

QListView, QTreeView, QTableView {{ background: transparent; border: 0; color: {text};
  selection-background-color: {control}; selection-color: {text}; }}
QHeaderView::section {{ background: {panel}; color: {text3}; border: 0; border-bottom: 1px solid {line};
  padding: 4px; }}

QScrollArea {{ background: transparent; border: 0; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {scroll}; border-radius: 3px; margin: 2px; min-width: 28px; min-height: 28px; }}
QScrollBar::handle:hover {{ background: {text3}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QStatusBar {{ background: {window}; color: {text2}; border: 0; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: 0; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 5px 8px; }}
QMainWindow#docks {{ background: {line}; }}
QMainWindow#docks > QTabBar {{ background: {window}; }}
QMainWindow::separator {{ background: {line}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {text3}; }}
QDockWidget {{ background: {panel}; border: 0; }}
QSplitter::handle {{ background: {line}; }}
QSplitter::handle:hover {{ background: {text3}; }}
QGroupBox {{ border: 0; margin-top: 20px; color: {text3}; font-size: 11px; font-weight: 600; }}
"""


def stylesheet(theme: Theme) -> str:
    """The style sheet for standard widgets in `theme`."""
    named = {
        "window": theme.window,
        "panel": theme.panel,
        "raised": theme.raised,
        "control": theme.control,
        "control_hover": theme.control_hover,
        "line": theme.line,
        "text": theme.text,
        "text2": theme.text2,
        "text3": theme.text3,
        "knob": theme.knob,
        "warning": theme.warning,
        "disabled": mix(theme.text3, theme.panel, 0.35),
        "scroll": mix(theme.control_hover, theme.text3, 0.15),
        "menu_edge": mix(theme.control_hover, theme.text3, 0.3),
        "focus": theme.focus,
    }
    return _SHEET.format(**{key: color.name() for key, color in named.items()})
